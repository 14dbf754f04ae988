import { expect } from 'chai';
import { batchOf, row, zeros } from '../../../core/batch.js';
import {
  add,
  type ConvexLayer,
  convexLayer,
  eq,
  geq,
  index,
  leq,
  matmul,
  multiply,
  parameter,
  problem,
  sumSquares,
  variable,
} from '../../../core/convex/index.js';
import { LossError } from '../../../core/errors.js';
import { solveDense } from './solve-dense.js';

const steps = 5;
const push = [0.125, 0.5];

/** Position and speed X_t from a start, by accelerations u_t of at most 1: min sum |X_t|^2 + 0.1 sum u_t^2. */
function control(): ConvexLayer {
  const [X, u] = [variable([steps + 1, 2]), variable([steps])];
  const [start, A] = [parameter([2]), parameter([2, 2])];
  const motion = Array.from(
    { length: steps },
    (_, t) => eq(index(X, t + 1), add(matmul(A, index(X, t)), multiply(index(u, t), push))),
  );
  const from = eq(index(X, 0), start);
  const [high, low] = [leq(u, 1), geq(u, -1)];
  const cost = add(sumSquares(X), multiply(0.1, sumSquares(u)));
  return convexLayer(problem({ minimize: cost, subjectTo: [from, ...motion, high, low] }), {
    parameters: [start, A],
    variables: [X, u],
    duals: [from, ...motion, high, low],
  });
}

/** The outputs in one array: w = (X, u), then the duals. */
const [states, unknowns, equalities] = [2 * (steps + 1), 2 * (steps + 1) + steps, 2 * (steps + 1)];
const rows = equalities + 2 * steps;

/** The slacks G w + h, b - a of each constraint a = b and a <= b, in the order of the duals. */
function slacks(start: readonly number[], A: readonly number[]): { G: number[][]; h: number[] } {
  const G = Array.from({ length: rows }, () => new Array<number>(unknowns).fill(0));
  const h = new Array<number>(rows).fill(0);
  for (let i = 0; i < 2; i++) {
    G[i][i] = -1;
    h[i] = start[i];
    for (let t = 0; t < steps; t++) {
      const r = G[2 * (t + 1) + i];
      r[2 * (t + 1) + i] = -1;
      for (let j = 0; j < 2; j++) r[2 * t + j] = A[2 * i + j];
      r[states + t] = push[i];
    }
  }
  for (let t = 0; t < steps; t++) {
    [G[equalities + t][states + t], h[equalities + t]] = [-1, 1];
    [G[equalities + steps + t][states + t], h[equalities + steps + t]] = [1, 1];
  }
  return { G, h };
}

/**
 * The optimality conditions with the rows that bind known: Q w - G_a^T l = 0, G_a w + h_a = 0. Their solution, and its
 * change with each number of the start and of A, from the same matrix.
 */
function byActiveSet(start: number[], A: number[], binds: readonly number[]): { at: number[]; changes: number[][] } {
  const { G, h } = slacks(start, A);
  const K = Array.from({ length: unknowns + binds.length }, () => new Array<number>(unknowns + binds.length).fill(0));
  for (let j = 0; j < unknowns; j++) K[j][j] = j < states ? 2 : 0.2;
  binds.forEach((r, k) =>
    G[r].forEach((value, j) => {
      K[j][unknowns + k] = -value;
      K[unknowns + k][j] = value;
    })
  );
  const spread = (found: number[]): number[] => {
    const out = [...found.slice(0, unknowns), ...new Array<number>(rows).fill(0)];
    binds.forEach((r, k) => (out[unknowns + r] = found[unknowns + k]));
    return out;
  };
  const found = solveDense(K, [...new Array<number>(unknowns).fill(0), ...binds.map((r) => -h[r])]);
  const at = spread(found);
  const change = (k: number): number[] => {
    const unit = [...start, ...A].map((_, j) => (j === k ? 1 : 0));
    const [ones, none] = [slacks(unit.slice(0, 2), unit.slice(2)), slacks([0, 0], [0, 0, 0, 0])];
    const dG = ones.G.map((r, i) => r.map((value, j) => value - none.G[i][j]));
    const right = Array.from(
      { length: unknowns },
      (_, j) => binds.reduce((sum, r) => sum + dG[r][j] * at[unknowns + r], 0),
    );
    for (const r of binds) right.push(none.h[r] - ones.h[r] - dG[r].reduce((sum, value, j) => sum + value * at[j], 0));
    return spread(solveDense(K, right));
  };
  return { at, changes: [...start, ...A].map((_, k) => change(k)) };
}

describe('convex layer: control over five steps', () => {
  const layer = control();
  const A = [1, 0.5, 0, 1];
  const joined = (outputs: readonly { data: Float64Array }[]): number[] => outputs.flatMap(({ data }) => [...data]);

  for (const [start, count] of [[[2, 0.5], 3], [[0.3, -0.1], 0], [[6, 1], 4], [[-3, 0.2], 2]] as [number[], number][]) {
    it(`from ${String(start)}: variables, duals and their derivatives are those of the rows that bind, to 1e-9`, () => {
      const inputs = [batchOf([start]), batchOf([A])];
      const solution = layer.forward(inputs);
      const got = joined(solution.outputs);
      const bounds = Array.from({ length: 2 * steps }, (_, k) => equalities + k)
        .filter((r) => got[unknowns + r] > 1e-6);
      expect(bounds.length).to.equal(count);
      const binds = [...Array.from({ length: equalities }, (_, r) => r), ...bounds];
      const { at, changes } = byActiveSet(start, A, binds);
      const size = Math.max(...at.map(Math.abs));
      at.forEach((value, i) => expect(got[i], `entry ${i}`).to.be.closeTo(value, 1e-9 * size));
      changes.forEach((expected, k) => {
        const tangents = inputs.map(({ cols }) => zeros(1, cols));
        tangents[k < 2 ? 0 : 1].data[k < 2 ? k : k - 2] = 1;
        const change = joined(solution.jvp(tangents));
        const most = Math.max(...expected.map(Math.abs));
        expected.forEach((value, i) => expect(change[i], `${k}, entry ${i}`).to.be.closeTo(value, 1e-9 * most));
      });
      const cotangents = solution.outputs.map(({ cols }, k) => {
        const out = zeros(1, cols);
        row(out, 0).forEach((_, i) => (out.data[i] = Math.sin(1 + i + 7 * k)));
        return out;
      });
      const along = joined(cotangents);
      const gradient = joined(solution.vjp(cotangents));
      changes.forEach((expected, k) => {
        const inner = expected.reduce((sum, value, i) => sum + value * along[i], 0);
        const most = Math.hypot(...expected) * Math.hypot(...along);
        expect(gradient[k]).to.be.closeTo(inner, 1e-9 * most);
      });
      expect(solution.reports()[0]).to.include({ derivative: 'exact' });
      expect(solution.reports()[0].doubt).to.be.below(1e-6);
    });
  }

  it('refuses where a push is just reaching its limit', () => {
    const free = byActiveSet([1, 0.25], A, Array.from({ length: equalities }, (_, r) => r)).at;
    const most = Math.max(...free.slice(states, unknowns).map(Math.abs));
    const solution = layer.forward([[1 / most, 0.25 / most], [A.slice(0, 2), A.slice(2)]]);
    // At a kink s z = 1e-11, the square of the distance.
    expect(Math.max(...solution.outputs[1].data.map(Math.abs))).to.be.closeTo(1, 1e-5);
    expect(() => solution.jvp([batchOf([[1, 0]]), zeros(1, 4)])).to.throw(LossError, /just becoming active/);
  });
});
