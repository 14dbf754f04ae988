import { expect } from 'chai';
import { add, concat, multiply, slice, subtract, type Var } from '../../../core/autodiff/index.js';
import {
  assign,
  type Body,
  type Condition,
  equal,
  For,
  greaterThan,
  If,
  isTrue,
  run,
  type Settings,
  While,
  withSettings,
} from '../../../core/relaxed/index.js';
import { expectRefused, expectRows, rowsOf } from './results.js';

const after = (body: Body, settings: Partial<Settings> = {}) => (y: Var): Var =>
  run(y, body, { x: y, n: 0 }, settings).x;
const halve = assign('x', (s) => multiply(s.x, 0.5));
const count = assign('n', (s) => add(s.n, 1));

describe('For and settings', () => {
  it('runs for numbers from 0, or for those of a list', () => {
    const digits = (range: number | number[]): Body => For(range, (i) => assign('x', (s) => add(multiply(s.x, 10), i)));
    expectRows(rowsOf([[7]], after(digits(3))), [[7012]]);
    expectRows(rowsOf([[7]], after(digits([3, 1]))), [[731]]);
    expectRows(rowsOf([[7]], after(digits(0))), [[7]]);
  });

  it('are inherited by all that is inside, and come back after it', () => {
    const seen: Settings[] = [];
    const look: Body = (s, settings) => (seen.push(settings), s);
    const once = (settings: Partial<Settings>): Body => While(isTrue(1), look, { maxIterations: 1, ...settings });
    const body: Body = [
      look,
      withSettings({ beta: 3 }, [If(isTrue(1), look), once({ beta: 5 }), look]),
      For(1, () => look),
    ];
    rowsOf([[1]], after(body, { epsilon: 0.5 }));
    expect(seen.map(({ beta }) => beta)).to.deep.equal([10, 3, 5, 3, 10]);
    expect(seen.map(({ maxIterations }) => maxIterations)).to.deep.equal([1024, 1024, 1, 1024, 1024]);
    expect(seen.every(({ epsilon, hard }) => epsilon === 0.5 && !hard)).to.equal(true);
  });

  it('are refused out of their ranges', () => {
    const wrong: Partial<Settings>[] = [
      ...[0, -1, NaN, Infinity].map((beta) => ({ beta })),
      ...[-1, 0.5, Infinity].map((maxIterations) => ({ maxIterations })),
      ...[-1, 1, NaN].map((epsilon) => ({ epsilon })),
    ];
    for (const settings of wrong) {
      expectRefused('PARAMS', after([], settings));
      expectRefused('PARAMS', after(withSettings(settings, [])));
      expectRefused('PARAMS', after(While(isTrue(0), [], settings)));
    }
  });

  it('are what a nested program needs: the length of Collatz sequences', () => {
    const even: Condition = equal((s) => s.odd, 0);
    const step = If(even, halve, assign('x', (s) => add(multiply(3, s.x), 1)));
    const parity: Body = [assign('odd', 'x'), While(greaterThan('odd', 1.5), assign('odd', (s) => subtract(s.odd, 2)))];
    const lengths = (y: Var): Var =>
      run(y, While(greaterThan('x', 1.5), [parity, step, count]), { x: y, n: 0, odd: 0 }, { beta: 1e4 }).n;
    expectRows(rowsOf([[1], [2], [3], [6], [7]], lengths), [[0], [1], [7], [8], [16]]);
  });

  it('sort by bubbles until nothing is exchanged', () => {
    const exchange = (j: number): Body =>
      If(greaterThan((s) => slice(s.x, j, j + 1), (s) => slice(s.x, j + 1, j + 2)), [
        assign(
          'x',
          (s) => concat(slice(s.x, 0, j), slice(s.x, j + 1, j + 2), slice(s.x, j, j + 1), slice(s.x, j + 2, 5)),
        ),
        assign('exchanged', 1),
      ]);
    const sortByBubbles: Body = [
      assign('exchanged', 1),
      While(isTrue('exchanged'), [assign('exchanged', 0), For([1, 2], exchange), count]),
    ];
    const program = (y: Var): Var => {
      const end = run(y, sortByBubbles, { x: concat(-9, y, 99), n: 0, exchanged: 0 }, { beta: 1e4 });
      return concat(end.x, end.n);
    };
    expectRows(rowsOf([[1, 2, 3], [3, 1, 2], [3, 2, 1]], program), [[-9, 1, 2, 3, 99, 1], [-9, 1, 2, 3, 99, 2], [
      -9,
      1,
      2,
      3,
      99,
      3,
    ]]);
  });
});
