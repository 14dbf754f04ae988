import { expect } from 'chai';
import { add, log, multiply, sqrt, square, subtract, sum, type Var } from '../../../core/autodiff/index.js';
import { batchOf } from '../../../core/batch.js';
import { assign, type Body, greaterThan, run, type Settings, While } from '../../../core/relaxed/index.js';
import { createRng } from '../../../core/random/rng.js';
import { checkDerivatives } from '../autodiff/check-derivatives.js';
import { expectRows, expectRowsAlone, rowsOf } from './results.js';

const sigma = (x: number): number => 1 / (1 + Math.exp(-x));
const after = (body: Body, settings: Partial<Settings> = {}) => (y: Var): Var =>
  run(y, body, { x: y, n: 0 }, settings).x;
const halve = assign('x', (s) => multiply(s.x, 0.5));
const count = assign('n', (s) => add(s.n, 1));
const above1 = greaterThan('x', 1);

describe('While', () => {
  /** x is halved and turns are counted until it is at most 1. */
  const loop = (settings: Partial<Settings> = {}): Body => While(above1, [halve, count], settings);
  const turns = (settings: Partial<Settings>) => (y: Var): Var => run(y, loop(), { x: y, n: 0 }, settings).n;

  it('gives the expected state at the exit', () => {
    const q = [2.4, 1.2, 0.6].map((x) => sigma(2 * (x - 1))); // the condition in s_0, s_1, s_2
    const p = [q[0], q[0] * q[1]];
    const expected = (1 - p[0]) * 2.4 + (p[0] - p[1]) * 1.2 + p[1] * 0.6;
    expectRows(rowsOf([[2.4]], after(loop({ maxIterations: 2 }), { beta: 2 })), [[expected]]);
    const counted = (p[0] - p[1]) * 1 + p[1] * 2;
    expectRows(rowsOf([[2.4]], turns({ beta: 2, maxIterations: 2 })), [[counted]]);
  });

  it('stops at epsilon, and gives the last state what is left', () => {
    const q = [1.5, 0.75, 0.375].map((x) => sigma(4 * (x - 1)));
    const p = [q[0], q[0] * q[1], q[0] * q[1] * q[2]];
    expect(p[1]).to.be.above(0.2);
    expect(p[2]).to.be.below(0.1);
    const counted = (p[0] - p[1]) * 1 + p[1] * 2;
    expectRows(rowsOf([[1.5]], turns({ beta: 4, epsilon: 0.1 })), [[counted]]);
    const oneMore = (p[0] - p[1]) * 1 + (p[1] - p[2]) * 2 + p[2] * 3;
    expectRows(rowsOf([[1.5]], turns({ beta: 4, epsilon: 0.01, maxIterations: 3 })), [[oneMore]]);
  });

  it('has weights that sum to 1', () => {
    const body: Body = [halve, assign('c', (s) => multiply(1, s.c))];
    const constantState = (y: Var): Var => run(y, While(above1, body), { x: y, c: 1 }, { beta: 1 }).c;
    expectRows(rowsOf([[0.1], [1], [5], [40]], constantState), [[1], [1], [1], [1]]);
  });

  it('counts as the hard loop does as beta grows, and with `hard`', () => {
    const y = [[0.3], [1.7], [12], [100]];
    for (const settings of [{ beta: 1e4 }, { hard: true }]) {
      expectRows(rowsOf(y, turns(settings)), [[0], [1], [4], [7]]);
      expectRows(rowsOf(y, turns({ ...settings, maxIterations: 3 })), [[0], [1], [3], [3]]);
      expectRows(rowsOf(y, turns({ ...settings, maxIterations: 0 })), [[0], [0], [0], [0]]);
    }
  });

  it('ends each sample by itself: a batch gives what its rows give alone, bit for bit', () => {
    const y = batchOf([[0.05], [0.9], [1.4], [3], [20], [300]]);
    for (
      const settings of [{ beta: 2 }, { beta: 30 }, { beta: 8, epsilon: 0.2 }, { beta: 2, maxIterations: 5 }, {
        hard: true,
      }]
    ) {
      expectRowsAlone(y, (Y) => sum(square(turns(settings)(Y))));
      expectRowsAlone(y, (Y) => square(after(loop(), settings)(Y)));
    }
  });

  it('keeps out of samples that have ended what the body would do to them', () => {
    const body = assign('x', (s) => subtract(sqrt(s.x), 2)); // no number below 0, where samples end
    const program = (y: Var): Var => square(after(While(greaterThan('x', 0, { beta: 500 }), body))(y));
    expectRowsAlone(batchOf([[-1], [-0.2], [1.3], [5], [60], [600]]), program);
    const step = (x: number): number => Math.sqrt(x) - 2;
    expectRows(rowsOf([[-1], [1.3], [60]], program), [[1], [step(1.3) ** 2], [step(step(step(60))) ** 2]], 1e-12);
  });

  it('runs its body only while a sample needs it', () => {
    let calls = 0;
    const body: Body = [(s) => (calls++, s), halve];
    rowsOf([[0.3], [12]], after(While(above1, body), { beta: 1e4 }));
    expect(calls).to.equal(4);
    rowsOf([[0.3], [0.1]], after(While(above1, body), { beta: 1e4 }));
    expect(calls).to.equal(4);
  });

  it('shows a condition that is no number', () => {
    expect(rowsOf([[-1]], after(While(greaterThan((s) => log(s.x), 0), halve, { maxIterations: 2 })))).to.deep.equal([[
      NaN,
    ]]);
  });

  it('has the derivatives that differences show', () => {
    for (const x of [0.6, 1.3, 3.1]) {
      checkDerivatives(after(loop({ maxIterations: 6 }), { beta: 2 }), Float64Array.of(x), createRng(1));
      checkDerivatives(turns({ beta: 4 }), Float64Array.of(x), createRng(2));
    }
  });
});
