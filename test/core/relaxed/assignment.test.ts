import { expect } from 'chai';
import { add, multiply, slice, sum, type Var } from '../../../core/autodiff/index.js';
import {
  argmin,
  assign,
  assignAt,
  at,
  type Body,
  For,
  If,
  isTrue,
  maximum,
  minimum,
  read,
  run,
  withSettings,
} from '../../../core/relaxed/index.js';
import { createRng } from '../../../core/random/rng.js';
import { checkDerivatives } from '../autodiff/check-derivatives.js';
import { expectRefused, expectRows, rowsOf } from './results.js';

/** The variable `x` after a program that starts with x = y. */
const after = (body: Body) => (y: Var): Var => run(y, body, { x: y }).x;

describe('assignment in relaxed programs', () => {
  it('takes names, constants and functions of the state, in order', () => {
    const body: Body = [assign('z', 'x'), [assign('x', (s) => multiply(s.x, 2)), assign('x', (s) => add(s.x, s.z))]];
    expectRows(rowsOf([[1, 2], [3, 4]], after(body)), [[3, 6], [9, 12]]);
    expectRows(rowsOf([[1, 2], [3, 4]], after(assign('x', [[5, 6], [7, 8]]))), [[5, 6], [7, 8]]);
  });

  it('keeps the number of columns', () => {
    expectRows(rowsOf([[1, 2]], after(assign('x', 7))), [[7, 7]]);
    expectRefused('SHAPE', after(assign('x', [1, 2, 3])));
  });

  it('writes one column of hard index', () => {
    for (const j of [0, 1, 2]) {
      expectRows(rowsOf([[1, 2, 3], [4, 5, 6]], after(assignAt('x', j, (s) => sum(s.x)))), [
        [1, 2, 3].map((old, k) => (k === j ? 6 : old)),
        [4, 5, 6].map((old, k) => (k === j ? 15 : old)),
      ]);
    }
    expectRows(rowsOf([[1], [2]], after(assignAt('x', 0, 5))), [[5], [5]]);
  });

  it('writes w value + (1 - w) t where the index is soft', () => {
    const w = [0.2, 0.8, 0];
    expectRows(rowsOf([[1, 2, 3]], after(assignAt('x', w, 10))), [[0.2 * 10 + 0.8 * 1, 0.8 * 10 + 0.2 * 2, 3]]);
    expectRows(rowsOf([[1, 2, 3]], after(assignAt('x', w, [10, 20, 30]))), [[
      0.2 * 10 + 0.8 * 1,
      0.8 * 20 + 0.2 * 2,
      3,
    ]]);
    expectRows(rowsOf([[1, 2, 3], [1, 2, 3]], after(assignAt('x', [[1, 0, 0], [0, 0, 1]], 10))), [[10, 2, 3], [
      1,
      2,
      10,
    ]]);
  });

  it('reads sum w x', () => {
    expectRows(rowsOf([[1, 2, 3]], after(assign('x', read('x', 1)))), [[2, 2, 2]]);
    expectRows(rowsOf([[1, 2, 3]], after(assign('x', read('x', [0.5, 0.25, 0.25])))), [[1.75, 1.75, 1.75]]);
  });

  it('finds entries of arrays by hard and soft indices', () => {
    expect(at([3, 4], 2, 1)).to.equal(9);
    const x = [[1, 2, 3, 4, 5, 6]];
    expectRows(rowsOf(x, after(assign('x', read('x', at([2, 3], 1, [0, 0.5, 0.5]))))), [
      new Array<number>(6).fill(5.5),
    ]);
    expectRows(rowsOf(x, after(assignAt('x', at([2, 3], [0.5, 0.5], 2), 0))), [[1, 2, 1.5, 4, 5, 3]]);
    expectRows(rowsOf(x, after(assignAt('x', at([2, 3], [0, 1], [1, 0, 0]), 0))), [[1, 2, 3, 0, 5, 6]]);
  });

  it('has soft extrema: sum softmin(beta x) x and its weights', () => {
    const [a, b] = [1 / (1 + Math.exp(-2)), 1 / (1 + Math.exp(2))]; // beta (x_1 - x_0) = 2
    const soft = (expression: typeof minimum) => after(withSettings({ beta: 2 }, assign('x', expression('x'))));
    expectRows(rowsOf([[3, 4]], soft(minimum)), [[3 * a + 4 * b, 3 * a + 4 * b]]);
    expectRows(rowsOf([[3, 4]], soft(maximum)), [[3 * b + 4 * a, 3 * b + 4 * a]]);
    expectRows(rowsOf([[3, 4]], soft(argmin)), [[a, b]]);
    expectRows(rowsOf([[3, 4]], after(assign('x', argmin('x', { beta: 2 })))), [[a, b]]);
    const rows = { shape: [2, 2], axis: 1 };
    const pair = (y: Var): Var =>
      run(y, assign('least', minimum('x', { beta: 2, along: rows })), { x: y, least: [0, 0] }).least;
    expectRows(rowsOf([[3, 4, 14, 13]], pair), [[3 * a + 4 * b, 13 * a + 14 * b]]);
  });

  it('takes the first of the best where it is hard', () => {
    const hard = (expression: typeof minimum) => after(withSettings({ hard: true }, assign('x', expression('x'))));
    expectRows(rowsOf([[3, 1, 1], [2, 5, 5]], hard(argmin)), [[0, 1, 0], [1, 0, 0]]);
    expectRows(rowsOf([[3, 1, 1], [2, 5, 5]], hard(maximum)), [[3, 3, 3], [5, 5, 5]]);
  });

  it('ends new variables with the branch or the turn in which they are made', () => {
    const local = assign('z', 1);
    for (const body of [If(isTrue(1), local), For(2, () => local)]) {
      expectRefused('UNSUPPORTED', after([body, assign('x', 'z')]));
    }
    expectRows(rowsOf([[1, 2]], after(For(3, () => [assign('z', 'x'), assign('x', (s) => add(s.z, 1))]))), [[4, 5]]);
  });

  it('has the derivatives that differences show', () => {
    const first = argmin((s) => slice(s.x, 0, 2));
    const body: Body = [
      assignAt('x', argmin('x'), maximum('x')),
      assignAt('x', at([2, 2], first, 1), read('x', argmin('x'))),
      assignAt('x', 2, minimum('x')),
    ];
    const program = (y: Var): Var => sum(multiply([1, -2, 3, 0.5], run(y, body, { x: y }, { beta: 2 }).x));
    const rng = createRng(1);
    for (let k = 0; k < 3; k++) checkDerivatives(program, Float64Array.from({ length: 4 }, () => rng.normal()), rng);
  });

  it('refuses what it does not know, and what does not fit', () => {
    for (
      const body of [
        assign('x', 'nothing'),
        assign('x', (s) => s.nothing),
        assign('x', 'constructor'),
        assignAt('z', 0, 1),
      ]
    ) {
      expectRefused('UNSUPPORTED', after(body));
    }
    for (const index of [2, -1, 0.5, [1, 0, 0]]) {
      expectRefused('SHAPE', after(assignAt('x', index, 1)));
      expectRefused('SHAPE', after(assign('x', read('x', index))));
    }
    expectRefused('SHAPE', after(assignAt('x', 0, [1, 2])));
    for (const [shape, indices] of [[[2, 3], [0]], [[2, 3], [2, 0]], [[2, 3], [0, 3]], [[2, 3], [0, 0.5]]]) {
      expectRefused('SHAPE', (y) => after(assignAt('x', at(shape, ...indices), 1))(y));
    }
    for (const [i, j] of [[[0, 1, 0], 1], [[0, 1], 3], [[0, 1], -1]] as const) {
      expectRefused('SHAPE', after(assign('x', read([1, 2, 3, 4, 5, 6], at([2, 3], i, j)))));
    }
    expectRefused('UNSUPPORTED', (y) => run(y, [], {}).x);
  });
});
