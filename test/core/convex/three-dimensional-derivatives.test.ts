import { expect } from 'chai';
import { type Batch, batchOf } from '../../../core/batch.js';
import {
  add,
  type Constraint,
  type ConvexLayer,
  convexLayer,
  type ConvexLayerOptions,
  dot,
  entropy,
  eq,
  expCone,
  index,
  leq,
  logSumExp,
  matmul,
  multiply,
  parameter,
  powCone,
  problem,
  subtract,
  sum,
  sumSquares,
  variable,
} from '../../../core/convex/index.js';
import { LossError } from '../../../core/errors.js';
import { createRng } from '../../../core/random/rng.js';
import { vector } from './support.js';
import { solveDense } from './solve-dense.js';

/** The Jacobian of the first output by the parameter at place k, and what the layer says of itself. */
function jacobian(layer: ConvexLayer, inputs: readonly number[][], k: number): { rows: number[][]; doubt: number } {
  const solution = layer.forward(inputs.map((value) => batchOf([value])));
  const columns = inputs[k].map((_, j) => {
    const tangents: Batch[] = inputs.map((value, i) => batchOf([value.map((_x, e) => (i === k && e === j ? 1 : 0))]));
    return solution.jvp(tangents)[0].data;
  });
  const rows = [...columns[0]].map((_, i) => columns.map((column) => column[i]));
  return { rows, doubt: solution.reports()[0].doubt };
}

function expectRows(got: readonly number[][], expected: readonly number[][], within: number): void {
  const size = Math.max(...expected.flat().map(Math.abs));
  expected.forEach((row, i) =>
    row.forEach((value, j) => {
      expect(got[i][j], `entry ${i}, ${j}`).to.be.closeTo(value, within * size);
    })
  );
}

type Cone = (x: ReturnType<typeof variable>) => Constraint;

function projection(cone: Cone, options: Partial<ConvexLayerOptions> = {}): ConvexLayer {
  const [x, v] = [variable([3]), parameter([3])];
  const nearest = problem({ minimize: sumSquares(subtract(x, v)), subjectTo: [cone(x)] });
  return convexLayer(nearest, { parameters: [v], variables: [x], ...options });
}

/** g and its first two derivatives, g = 0 being the surface that bounds a cone. */
type Surface = (x: readonly number[]) => { value: number; gradient: number[]; hessian: number[][] };

/** y exp(x / y) - t */
const exponentialSurface: Surface = ([x, y, t]) => {
  const [r, e] = [x / y, Math.exp(x / y)];
  const [xx, xy, yy] = [e / y, (-r * e) / y, (r * r * e) / y];
  return { value: y * e - t, gradient: [e, e - r * e, -1], hessian: [[xx, xy, 0], [xy, yy, 0], [0, 0, 0]] };
};

/** |t| - x^alpha y^(1 - alpha) */
const powerSurface = (alpha: number): Surface => ([x, y, t]) => {
  const beta = 1 - alpha;
  const f = x ** alpha * y ** beta;
  const curved = alpha * beta * f;
  return {
    value: Math.abs(t) - f,
    gradient: [(-alpha * f) / x, (-beta * f) / y, Math.sign(t)],
    hessian: [[curved / (x * x), -curved / (x * y), 0], [-curved / (x * y), curved / (y * y), 0], [0, 0, 0]],
  };
};

/**
 * d x / d v of the nearest point x of the surface g = 0, near to the x given: x + l g' = v, by Newton's method, whose
 * matrix [1 + l g'', g'; g'^T, 0] (dx, dl) = (dv, 0) is that of the derivative.
 */
function projectionOnSurface(surface: Surface, near: readonly number[], v: readonly number[]): number[][] {
  const x = [...near];
  let l = (v[2] - x[2]) / surface(x).gradient[2];
  const matrix = (): number[][] => {
    const { gradient, hessian } = surface(x);
    const K = [0, 1, 2].map((i) => [...hessian[i].map((h, j) => (i === j ? 1 : 0) + l * h), gradient[i]]);
    return [...K, [...gradient, 0]];
  };
  for (let k = 0; k < 4; k++) {
    const { value, gradient } = surface(x);
    const step = solveDense(matrix(), [...x.map((xi, i) => v[i] - xi - l * gradient[i]), -value]);
    x.forEach((_, i) => (x[i] += step[i]));
    l += step[3];
  }
  const columns = [0, 1, 2].map((j) => solveDense(matrix(), [0, 1, 2, 3].map((i) => (i === j ? 1 : 0))));
  return [0, 1, 2].map((i) => columns.map((column) => column[i]));
}

describe('derivatives on cones of three dimensions, against closed forms to 1e-9', () => {
  const cases: Record<string, readonly [Cone, Surface]> = {
    exponential: [(x) => expCone(index(x, 0), index(x, 1), index(x, 2)), exponentialSurface],
    'power 0.3': [(x) => powCone(index(x, 0), index(x, 1), index(x, 2), 0.3), powerSurface(0.3)],
    'power 0.85': [(x) => powCone(index(x, 0), index(x, 1), index(x, 2), 0.85), powerSurface(0.85)],
  };
  for (const [name, [cone, surface]] of Object.entries(cases)) {
    it(`projections of random points, ${name}: the surface's implicit function`, () => {
      const layer = projection(cone);
      const rng = createRng(21);
      let curved = 0;
      for (let trial = 0; trial < 60; trial++) {
        const v = [...vector(rng, 3)].map((value) => 3 * value);
        const x = [...layer.forward([batchOf([v])]).outputs[0].data];
        const moved = Math.hypot(...x.map((value, i) => value - v[i]));
        if (moved < 0.1 || Math.min(Math.hypot(...x), Math.abs(x[1]), Math.abs(x[2])) < 0.1) continue;
        curved++;
        const { rows, doubt } = jacobian(layer, [v], 0);
        expectRows(rows, projectionOnSurface(surface, x, v), Math.max(1e-9, 2 * doubt));
        expect(doubt).to.be.below(1e-8);
      }
      expect(curved).to.be.above(10);
    });
  }

  it('a projection on the flat face y = 0 of the exponential cone', () => {
    const layer = projection(cases.exponential[0]);
    for (const v of [[-1, -1, 1], [-2.5, -0.3, 0.6], [-5, -1, 5], [-0.3, -2, 0.4]]) {
      const { rows, doubt } = jacobian(layer, [v], 0);
      expectRows(rows, [[1, 0, 0], [0, 0, 0], [0, 0, 1]], 1e-9);
      expect(doubt).to.be.below(1e-8);
    }
  });

  it('softmax as a program: diag(p) - p p^T', () => {
    const [x, b] = [variable([4]), parameter([4])];
    const objective = add(dot(b, x), sum(entropy(x)));
    const layer = convexLayer(problem({ maximize: objective, subjectTo: [eq(sum(x), 1)] }), {
      parameters: [b],
      variables: [x],
    });
    for (const scores of [[0.3, -1, 2, 0.5], [3, -3, 1, 0], [8, 0, 1, 2], [0, -12, 1, 2]]) {
      const powers = scores.map(Math.exp);
      const total = powers.reduce((a, c) => a + c, 0);
      const p = powers.map((power) => power / total);
      const expected = p.map((pi, i) => p.map((pj, j) => (i === j ? pi : 0) - pi * pj));
      expectRows(jacobian(layer, [scores], 0).rows, expected, 1e-9);
    }
  });

  it('demand under a Cobb-Douglas utility: x = alpha w / p', () => {
    const [x, t, p, w] = [variable([2]), variable(), parameter([2], { nonneg: true }), parameter()];
    const subjectTo = [powCone(index(x, 0), index(x, 1), t, 0.3), leq(dot(p, x), w)];
    const layer = convexLayer(problem({ maximize: t, subjectTo }), { parameters: [p, w], variables: [x] });
    for (const [p0, p1, budget] of [[1, 2, 3], [0.2, 1.5, 3], [4, 0.5, 1]]) {
      const inputs = [[p0, p1], [budget]];
      const expected = [[(-0.3 * budget) / p0 ** 2, 0], [0, (-0.7 * budget) / p1 ** 2]];
      expectRows(jacobian(layer, inputs, 0).rows, expected, 1e-9);
      expectRows(jacobian(layer, inputs, 1).rows, [[0.3 / p0], [0.7 / p1]], 1e-9);
    }
  });

  it('log-sum-exp with a ridge: -(1 + A^T S A)^-1 A^T S with S = diag(p) - p p^T', () => {
    const [n, m] = [3, 5];
    const rng = createRng(22);
    const A = Array.from({ length: m }, () => [...vector(rng, n)]);
    const [x, b] = [variable([n]), parameter([m])];
    const cost = add(logSumExp(add(matmul(A, x), b)), multiply(0.5, sumSquares(x)));
    const layer = convexLayer(problem({ minimize: cost }), { parameters: [b], variables: [x] });
    const at = [...vector(rng, m)];
    const found = layer.forward([batchOf([at])]).outputs[0].data;
    const powers = A.map((row, i) => Math.exp(at[i] + row.reduce((total, a, j) => total + a * found[j], 0)));
    const total = powers.reduce((a, c) => a + c, 0);
    const p = powers.map((power) => power / total);
    const S = p.map((pi, i) => p.map((pj, j) => (i === j ? pi : 0) - pi * pj));
    const AtS = A[0].map((_, j) => S[0].map((_s, k) => A.reduce((t, row, i) => t + row[j] * S[i][k], 0)));
    const J = AtS.map((row, j) => A[0].map((_, l) => (j === l ? 1 : 0) + A.reduce((t, a, i) => t + row[i] * a[l], 0)));
    const columns = p.map((_, k) => solveDense(J, AtS.map((row) => -row[k])));
    expectRows(jacobian(layer, [at], 0).rows, A[0].map((_, j) => columns.map((column) => column[j])), 1e-9);
  });

  it('a geometric program: the cube is the largest box of a given surface', () => {
    const [h, w, d, area] = [variable(), variable(), variable(), parameter()];
    const [hw, hd, wd] = [multiply(h, w), multiply(h, d), multiply(w, d)];
    const surface = leq(multiply(2, add(add(hw, hd), wd)), area);
    const box = problem({ maximize: multiply(hw, d), subjectTo: [surface] }, { gp: true });
    const layer = convexLayer(box, { parameters: [area], variables: [h, w, d] });
    for (const size of [6, 0.5, 54]) {
      const side = Math.sqrt(size / 6);
      const solution = layer.forward([size]);
      const change = solution.jvp([batchOf([[1]])]);
      solution.outputs.forEach(({ data }) => expect(data[0]).to.be.closeTo(side, 1e-9 * side));
      change.forEach(({ data }) => expect(data[0]).to.be.closeTo(side / (2 * size), 1e-9));
    }
  });

  it('doubt is about the error where a point hardly leaves the cone, and large ones are refused', () => {
    const layer = projection(cases.exponential[0]);
    const outside = (distance: number): number[] => [0.5, 1, Math.exp(0.5) - distance];
    for (const distance of [1e-1, 1e-2, 1e-3, 1e-4, 1e-5]) {
      const v = outside(distance);
      const x = [...layer.forward([batchOf([v])]).outputs[0].data];
      const { rows, doubt } = jacobian(layer, [v], 0);
      const expected = projectionOnSurface(exponentialSurface, x, v);
      const error = Math.max(...rows.flatMap((row, i) => row.map((value, j) => Math.abs(value - expected[i][j]))));
      expect(error / doubt).to.be.within(0.3, 3);
    }
    expect(() => jacobian(layer, [outside(1e-6)], 0)).to.throw(LossError, /doubt/).with.property('code', 'UNSUPPORTED');
  });
});
