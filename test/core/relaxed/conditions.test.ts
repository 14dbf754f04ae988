import { expect } from 'chai';
import { add, createTape, multiply, slice, square, subtract, sum, type Var } from '../../../core/autodiff/index.js';
import { batchOf } from '../../../core/batch.js';
import {
  and,
  assign,
  type Condition,
  cosineSimilarity,
  equal,
  type Expression,
  greaterThan,
  If,
  isTrue,
  lessThan,
  not,
  notEqual,
  or,
  run,
  sameCategory,
  type Settings,
} from '../../../core/relaxed/index.js';
import { createRng } from '../../../core/random/rng.js';
import { checkDerivatives } from '../autodiff/check-derivatives.js';
import { expectRefused, expectRows, rowsOf } from './results.js';

/** The probability of a condition on l and r, y's first and second half. */
const chance = (condition: Condition, settings: Partial<Settings> = { beta: 2 }) => (y: Var): Var => {
  const half = y.cols / 2;
  return run(y, assign('p', condition), { l: slice(y, 0, half), r: slice(y, half, 2 * half), p: 0 }, settings).p;
};
const sigma = (x: number): number => 1 / (1 + Math.exp(-x));
const sech = (x: number): number => 1 / Math.cosh(x);

describe('conditions of relaxed programs', () => {
  const values: [string, Condition, (l: number, r: number) => number][] = [
    ['lessThan', lessThan('l', 'r'), (l, r) => sigma(-2 * (l - r))],
    ['greaterThan', greaterThan('l', 'r'), (l, r) => sigma(2 * (l - r))],
    ['equal', equal('l', 'r'), (l, r) => sech(l - r) ** 2],
    ['notEqual', notEqual('l', 'r'), (l, r) => 1 - sech(l - r) ** 2],
    ['not', not(lessThan('l', 'r')), (l, r) => 1 - sigma(-2 * (l - r))],
    [
      'and',
      and(lessThan('l', 'r'), equal('l', 'r'), lessThan('l', 1)),
      (l, r) => sigma(-2 * (l - r)) * sech(l - r) ** 2 * sigma(2 - 2 * l),
    ],
    ['or', or(lessThan('l', 'r'), equal('l', 'r')), (l, r) => 1 - (1 - sigma(-2 * (l - r))) * (1 - sech(l - r) ** 2)],
    ['isTrue', isTrue(lessThan('l', 'r')), (l, r) => sigma(-2 * (l - r))],
    ['lessThan with a beta of its own', lessThan('l', 'r', { beta: 5 }), (l, r) => sigma(-5 * (l - r))],
  ];
  const pairs = [[0.3, 0.3], [-1, 0.5], [2, 1.7], [0, -1]];

  for (const [name, condition, expected] of values) {
    it(`${name} has the value of its formula, and its derivatives`, () => {
      expectRows(rowsOf(pairs, chance(condition)), pairs.map(([l, r]) => [expected(l, r)]));
      for (const y of pairs) checkDerivatives(chance(condition), Float64Array.from(y), createRng(1));
    });
  }

  it('sameCategory is sech(beta (1 - cos)), cosineSimilarity cos', () => {
    const y = [[0.2, 0.8, 0.5, 0.5], [1, 0, 0, 1], [0.3, 0.7, 0.3, 0.7]];
    const cos = [(0.1 + 0.4) / Math.sqrt((0.04 + 0.64) * 0.5), 0, 1];
    expectRows(rowsOf(y, chance(sameCategory('l', 'r'))), cos.map((c) => [sech(2 * (1 - c))]));
    expectRows(rowsOf(y, chance(sameCategory('l', 'r', { beta: 9 }))), cos.map((c) => [sech(9 * (1 - c))]));
    expectRows(rowsOf(y, chance(cosineSimilarity('l', 'r'))), cos.map((c) => [c]));
    for (const condition of [sameCategory('l', 'r'), cosineSimilarity('l', 'r')]) {
      for (const row of y) checkDerivatives(chance(condition), Float64Array.from(row), createRng(2));
    }
  });

  it('are 0, 1/2 and 1 with equal values or beta large', () => {
    const y = [[1, 2], [2, 1], [1, 1]];
    const hard = { beta: 1e6 };
    expectRows(rowsOf(y, chance(lessThan('l', 'r'), hard)), [[1], [0], [0.5]]);
    expectRows(rowsOf(y, chance(greaterThan('l', 'r'), hard)), [[0], [1], [0.5]]);
    expectRows(rowsOf(y, chance(equal('l', 'r'), hard)), [[0], [0], [1]]);
    expectRows(rowsOf(y, chance(notEqual('l', 'r'), hard)), [[1], [1], [0]]);
  });

  it('have finite derivatives where values are huge', () => {
    const all = [
      lessThan('l', 'r'),
      greaterThan('l', 'r'),
      equal('l', 'r'),
      notEqual('l', 'r'),
      sameCategory('l', 'r'),
    ];
    const y = batchOf([[1e6, -1e6], [-1e12, 1e12], [1e9, 1e9]]);
    const e = createTape().record(y, (Y) => all.map((condition) => chance(condition)(Y)).reduce((a, b) => add(a, b)));
    const product = e.hessian().times(batchOf([[1, 2], [1, 2], [1, 2]]));
    for (const entry of [...e.value, ...e.gradient().data, ...product.data]) expect(entry).to.satisfy(Number.isFinite);
  });

  it('refuse values that are no probabilities, and several of them where one is needed', () => {
    const refused = (code: string, condition: Condition): void =>
      expectRefused(code, (y) => sum(run(y, If(condition, assign('x', 0)), { x: y }).x));
    const [high, low, none]: Expression[] = [1.1, -0.1, NaN];
    for (const wrong of [high, low, none]) refused('UNSUPPORTED', isTrue(wrong));
    refused('SHAPE', lessThan('x', 1));
    refused('SHAPE', sameCategory('x', [1, 2, 3]));
    refused('UNSUPPORTED', lessThan('nothing', 1));
    expect(
      rowsOf(
        [[1]],
        (y) => run(y, If(isTrue(1), assign('x', (s) => multiply(2, square(subtract(s.x, 3))))), { x: y }).x,
      ),
    ).to.deep.equal([[8]]);
  });
});
