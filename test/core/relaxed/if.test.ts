import { expect } from 'chai';
import { add, concat, log, multiply, subtract, type Var } from '../../../core/autodiff/index.js';
import {
  assign,
  type Body,
  greaterThan,
  If,
  isTrue,
  run,
  type Settings,
  type State,
} from '../../../core/relaxed/index.js';
import { createRng } from '../../../core/random/rng.js';
import { checkDerivatives } from '../autodiff/check-derivatives.js';
import { expectRows, rowsOf } from './results.js';

const sigma = (x: number): number => 1 / (1 + Math.exp(-x));
const after = (body: Body, settings: Partial<Settings> = {}) => (y: Var): Var =>
  run(y, body, { x: y, n: 0 }, settings).x;
const count = assign('n', (s) => add(s.n, 1));
const above1 = greaterThan('x', 1);

describe('If', () => {
  const branches = If(above1, assign('x', (s) => add(s.x, 10)), assign('x', (s) => multiply(s.x, 2)));

  it('merges what the branches give by the probability of the condition', () => {
    const p = sigma(3 * (1.5 - 1));
    expectRows(rowsOf([[1.5], [1]], after(branches, { beta: 3 })), [[p * 11.5 + (1 - p) * 3], [(11 + 2) / 2]]);
  });

  it('keeps the state where there is no second branch', () => {
    const p = sigma(2);
    expectRows(rowsOf([[3]], after(If(above1, assign('x', 0)), { beta: 1 })), [[3 * (1 - p)]]);
  });

  it('runs both branches on the state before, and merges every variable', () => {
    const both = (y: Var): Var => {
      const end = run(y, If(isTrue(0.25), [assign('x', 'n'), assign('n', 1)], assign('n', 'x')), {
        x: y,
        n: 8,
        other: 5,
      });
      return concat(end.x, end.n, end.other);
    };
    expectRows(rowsOf([[4]], both), [[0.25 * 8 + 0.75 * 4, 0.25 * 1 + 0.75 * 4, 5]]);
  });

  it('leaves variables that neither branch changes as they are', () => {
    const sameVar = (y: Var): Var => {
      const before: State[] = [];
      const end = run(y, [(s) => (before.push(s), s), If(above1, count)], { x: y, n: 0 });
      expect(end.x).to.equal(before[0].x);
      expect(end.n).not.to.equal(before[0].n);
      return end.n;
    };
    expectRows(rowsOf([[1]], sameVar), [[0.5]]);
  });

  it('is the hard If as beta grows, and with `hard`', () => {
    const y = [[1.5], [0.5], [-3]];
    for (const settings of [{ beta: 1e4 }, { hard: true }]) {
      expectRows(rowsOf(y, after(branches, settings)), [[11.5], [1], [-6]]);
    }
    expectRows(rowsOf([[1]], after(branches, { hard: true })), [[2]]); // 1/2 is not above 1/2
    expect(rowsOf([[0]], after(If(above1, assign('x', (s) => log(subtract(s.x, 1)))), { hard: true }))).to.deep.equal([[
      0,
    ]]);
  });

  it('has the derivatives that differences show', () => {
    for (const x of [0.7, 1, 1.6]) {
      checkDerivatives(after([branches, branches], { beta: 2 }), Float64Array.of(x), createRng(1));
    }
  });
});
