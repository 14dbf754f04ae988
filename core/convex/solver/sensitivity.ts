import type { Cone } from '../cones/index.js';
import { addSymmetricTimes, addTimes, addTransposedTimes, type SparseMatrix } from '../linear-algebra/sparse.js';
import type { ConeSolution, ProgramData } from './cone-program.js';
import { dot } from '../../numerics/vectors.js';
import { type Equilibrated, equilibrate } from './equilibrate.js';
import type { KktSystem } from './kkt.js';

/**
 * A change of the data of a program, on the patterns of its matrices; or what a scalar changes by with each entry of
 * the data.
 */
export interface DataChange {
  readonly P: Float64Array;
  readonly q: Float64Array;
  readonly A: Float64Array;
  readonly b: Float64Array;
}

/** A change of the solution. */
export interface SolutionChange {
  readonly x: Float64Array;
  readonly s: Float64Array;
  readonly z: Float64Array;
}

/**
 * Second derivatives of a linear function of the solution, (k, k), and the first ones of the solution, along k
 * directions.
 */
export interface Curvature extends WithResidual {
  readonly form: Float64Array;
  readonly tangents: readonly SolutionChange[];
}

/** What a linear system left over: the largest entry of its residual relative to that of the right side. */
export interface WithResidual {
  readonly residual: number;
}

/**
 * In the units of the equilibrated program: small enough for the derivative of the solution map itself, to about as
 * many digits.
 */
const EXACT_MU = 1e-11;

const NEWTON_STEPS = 30;
const LEAST_STEP = 1e-3;
const EXACT = 4 * Number.EPSILON;

/**
 * Derivatives of the solution map, first and second, from the optimality conditions with s and z the projections of v =
 * s - z on the cone and of -v on its dual, smoothed by `mu` (`Cone.project`):
 *
 *     P dx + A^T dz = -(dP x + dA^T z + dq),    A dx - H dz = db - dA x,    ds = -H dz
 *
 * For smoothing 0, mu is 1e-11, and that is the derivative of the solution map to about as many digits, where it has
 * one; for a larger smoothing, that of the point of the central path at mu = smoothing. The same equations are solved
 * first by Newton's method, from the solution given. One factorisation serves all directions.
 */
export class Sensitivity {
  /** The solution, polished. */
  readonly x: Float64Array;
  readonly s: Float64Array;
  readonly z: Float64Array;
  /** Largest entry of A x + s - b and P x + A^T z + q, in the units of the equilibrated program. */
  readonly residual: number;
  private readonly scaled: Equilibrated;
  /** The solution in those units, and s - z. */
  private readonly at: {
    readonly x: Float64Array;
    readonly s: Float64Array;
    readonly z: Float64Array;
    readonly v: Float64Array;
  };
  private readonly mu: number;
  private generation = 0;
  /** z of the solution polished, from which projections begin, so that they end with the same bits. */
  private readonly anchor: Float64Array;

  constructor(
    program: ProgramData,
    solution: Pick<ConeSolution, 'x' | 's' | 'z'>,
    private readonly kkt: KktSystem,
    private readonly cones: readonly Cone[],
    smoothing: number,
  ) {
    this.scaled = equilibrate(program, cones);
    const { D, E, c } = this.scaled;
    this.mu = Math.max(c * smoothing, EXACT_MU);
    const x = solution.x.map((value, j) => value / D[j]);
    const s = solution.s.map((value, i) => value * E[i]);
    const z = solution.z.map((value, i) => (value * c) / E[i]);
    this.at = { x, s, z, v: s.map((value, i) => value - z[i]) };
    this.residual = this.polish();
    this.anchor = z.slice();
    if (cones.some((cone) => !cone.symmetric)) this.generation = -1;
    this.restore();
    this.x = x.map((value, j) => value * D[j]);
    this.s = s.map((value, i) => value / E[i]);
    this.z = z.map((value, i) => (value * E[i]) / c);
  }

  /** The change of the solution with a change of the data. */
  tangent(data: DataChange): SolutionChange & WithResidual {
    const tangent = this.scaledTangent(this.scaledChange(data));
    return { ...this.unscaled(tangent), residual: tangent.residual };
  }

  /** What <cotangent, solution> changes by with each entry of the data. */
  adjoint(cotangent: SolutionChange): DataChange & WithResidual {
    const { P, A, D, E, c } = this.scaled;
    const { x, z } = this.at;
    const { u, right, residual } = this.scaledAdjoint(cotangent);
    return {
      q: u.map((value, j) => -value * c * D[j]),
      b: right.map((value, i) => value * E[i]),
      P: onPattern(P, (i, j) => c * D[i] * D[j] * (i === j ? -u[i] * x[i] : -u[i] * x[j] - u[j] * x[i])),
      A: onPattern(A, (i, j) => E[i] * D[j] * (-z[i] * u[j] - right[i] * x[j])),
      residual,
    };
  }

  /**
   * <cotangent, d^2 solution [a, b]> for all pairs of k directions, (k, k): what the curvature of the solution map adds
   * to a Hessian. With the adjoint (u, w) of the cotangent and the first-order changes of either direction,
   *
   *     <u, -(dP_a dx_b + dA_a^T dz_b)> - <w + cotangent.s, dA_a dx_b> + the same with a and b exchanged
   *         + <w, mu D^3 f*(z)[dz_a, dz_b]>
   */
  curvature(cotangent: SolutionChange, directions: readonly DataChange[]): Curvature {
    const { P, A } = this.scaled;
    const { u, y, right, residual } = this.scaledAdjoint(cotangent);
    const changes = directions.map((data) => this.scaledChange(data));
    const tangents = changes.map((data) => this.scaledTangent(data));
    const size = directions.length;
    const form = new Float64Array(size * size);
    const [onX, onY, onZ] = [new Float64Array(u.length), new Float64Array(y.length), new Float64Array(y.length)];
    for (let a = 0; a < size; a++) {
      this.forEachCone((cone, from, to) =>
        cone.curve(y.subarray(from, to), tangents[a].y.subarray(from, to), onY.subarray(from, to))
      );
      onX.fill(0);
      onZ.fill(0);
      addSymmetricTimes({ ...P, value: changes[a].P }, -1, u, onX);
      addTransposedTimes({ ...A, value: changes[a].A }, -1, right, onX);
      addTimes({ ...A, value: changes[a].A }, -1, u, onZ);
      for (let b = 0; b < size; b++) {
        const half = dot(onX, tangents[b].x) + dot(onZ, tangents[b].z) + dot(onY, tangents[b].y) / 2;
        form[a * size + b] += half;
        form[b * size + a] += half;
      }
    }
    return {
      form,
      tangents: tangents.map((tangent) => this.unscaled(tangent)),
      residual: tangents.reduce((most, tangent) => Math.max(most, tangent.residual), residual),
    };
  }

  /**
   * Newton's method on the optimality conditions, with backtracking, to rounding or until it stalls; returns the
   * residual left.
   */
  private polish(): number {
    const { A } = this.scaled;
    const { x, v } = this.at;
    const [f, g] = [new Float64Array(x.length), new Float64Array(v.length)];
    const [dx, dz] = [new Float64Array(x.length), new Float64Array(v.length)];
    let error = this.conditions(f, g);
    this.factorise();
    for (let k = 0; k < NEWTON_STEPS && error > EXACT; k++) {
      const [xBefore, vBefore] = [x.slice(), v.slice()];
      this.kkt.solve(f, g, dx, dz);
      const dv = g.slice();
      addTimes(A, -1, dx, dv);
      for (let i = 0; i < v.length; i++) dv[i] -= dz[i];
      const move = (t: number): number => {
        for (let j = 0; j < x.length; j++) x[j] = xBefore[j] + t * dx[j];
        for (let i = 0; i < v.length; i++) v[i] = vBefore[i] + t * dv[i];
        return this.conditions(f, g);
      };
      let t = 1;
      let reached = move(t);
      while (!(reached < (1 - 1e-4 * t) * error) && t > LEAST_STEP) reached = move(t /= 2);
      if (!(reached < error)) {
        move(0);
        this.factorise();
        break;
      }
      error = reached;
      this.factorise();
    }
    return Math.max(largest(f), largest(g));
  }

  /** Projects v and sets f := -(P x + A^T z + q), g := b - A x - s; returns the norm of both. */
  private conditions(f: Float64Array, g: Float64Array): number {
    const { P, q, A, b } = this.scaled;
    const { x, s, z } = this.at;
    this.project();
    for (let j = 0; j < f.length; j++) f[j] = -q[j];
    addSymmetricTimes(P, -1, x, f);
    addTransposedTimes(A, -1, z, f);
    for (let i = 0; i < g.length; i++) g[i] = b[i] - s[i];
    addTimes(A, -1, x, g);
    return Math.sqrt(dot(f, f) + dot(g, g));
  }

  private project(): void {
    const { s, z, v } = this.at;
    this.forEachCone((cone, from, to) =>
      cone.project(v.subarray(from, to), this.mu, s.subarray(from, to), z.subarray(from, to))
    );
  }

  private factorise(): void {
    this.kkt.factorise(this.scaled.P, this.scaled.A);
    this.generation = this.kkt.generation;
  }

  /** The factorisation is shared with other solves: makes it this solution's again. */
  private restore(): void {
    if (this.kkt.generation === this.generation) return;
    this.at.z.set(this.anchor);
    this.project();
    this.factorise();
  }

  private scaledChange(data: DataChange): DataChange {
    const { P, A, D, E, c } = this.scaled;
    return {
      P: onPattern(P, (i, j, k) => c * D[i] * D[j] * data.P[k]),
      q: data.q.map((value, j) => value * c * D[j]),
      A: onPattern(A, (i, j, k) => E[i] * D[j] * data.A[k]),
      b: data.b.map((value, i) => value * E[i]),
    };
  }

  private unscaled({ x, s, z }: SolutionChange): SolutionChange {
    const { D, E, c } = this.scaled;
    return {
      x: x.map((value, j) => value * D[j]),
      s: s.map((value, i) => value / E[i]),
      z: z.map((value, i) => (value * E[i]) / c),
    };
  }

  private scaledTangent(data: DataChange): SolutionChange & { readonly y: Float64Array } & WithResidual {
    this.restore();
    const { P, A } = this.scaled;
    const { x, z } = this.at;
    const f = data.q.map((value) => -value);
    const g = data.b.slice();
    addSymmetricTimes({ ...P, value: data.P }, -1, x, f);
    addTransposedTimes({ ...A, value: data.A }, -1, z, f);
    addTimes({ ...A, value: data.A }, -1, x, g);
    const [dx, dz, y] = [new Float64Array(x.length), new Float64Array(z.length), new Float64Array(z.length)];
    const residual = this.kkt.solve(f, g, dx, dz, y);
    addTimes(A, -1, dx, g);
    return { x: dx, s: g, z: dz, y, residual };
  }

  /**
   * (u, w) with K (u, w) = (x - A^T s, z) for the cotangent: u, y = V^T w, and w + s, by which the right side b counts.
   */
  private scaledAdjoint(
    cotangent: SolutionChange,
  ): { u: Float64Array; y: Float64Array; right: Float64Array } & WithResidual {
    this.restore();
    const { A, D, E, c } = this.scaled;
    const f = cotangent.x.map((value, j) => value * D[j]);
    const s = cotangent.s.map((value, i) => value / E[i]);
    const g = cotangent.z.map((value, i) => (value * E[i]) / c);
    addTransposedTimes(A, -1, s, f);
    const [u, w, y] = [new Float64Array(f.length), new Float64Array(g.length), new Float64Array(g.length)];
    const residual = this.kkt.solve(f, g, u, w, y);
    return { u, y, right: w.map((value, i) => value + s[i]), residual };
  }

  private forEachCone(use: (cone: Cone, from: number, to: number) => void): void {
    let from = 0;
    for (const cone of this.cones) use(cone, from, from += cone.size);
  }
}

function onPattern(
  { cols, start, index }: SparseMatrix,
  entry: (i: number, j: number, k: number) => number,
): Float64Array {
  const out = new Float64Array(index.length);
  for (let j = 0; j < cols; j++) for (let k = start[j]; k < start[j + 1]; k++) out[k] = entry(index[k], j, k);
  return out;
}

function largest(x: Float64Array): number {
  let most = 0;
  for (let j = 0; j < x.length; j++) most = Math.max(most, Math.abs(x[j]));
  return most;
}
