import type { Cone } from '../cones/index.js';
import { addSymmetricTimes, addTimes, addTransposedTimes } from '../linear-algebra/sparse.js';
import type { ConeSolution, ProgramData } from './cone-program.js';
import { dot, largest } from '../../linear-algebra/vectors.js';
import { type Equilibrated, equilibrate } from './equilibrate.js';
import type { KktSystem } from './kkt.js';
import {
  type Curvature,
  type DataChange,
  Linearisation,
  onPattern,
  type SolutionChange,
  type SolutionDerivative,
  type WithResidual,
} from './linearisation.js';

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
 * first by Newton's method, from the solution given, unless that is polished. One factorisation serves all directions.
 */
export class Sensitivity implements SolutionDerivative {
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
  private generation = -1;
  /** z of the solution polished, from which projections begin, so that they end with the same bits. */
  private readonly anchor: Float64Array;
  private readonly linearisation: Linearisation;
  private doubtAndResidual: { readonly doubt: number; readonly residual: number } | undefined;

  constructor(
    program: ProgramData,
    solution: Pick<ConeSolution, 'x' | 's' | 'z' | 'polished'>,
    private readonly kkt: KktSystem,
    private readonly cones: readonly Cone[],
    smoothing: number,
    least = EXACT_MU,
  ) {
    this.scaled = equilibrate(program, cones);
    const { D, E, c } = this.scaled;
    this.mu = Math.max(c * smoothing, least);
    const x = solution.x.map((value, j) => value / D[j]);
    const s = solution.s.map((value, i) => value * E[i]);
    const z = solution.z.map((value, i) => (value * c) / E[i]);
    this.at = { x, s, z, v: s.map((value, i) => value - z[i]) };
    const there = this.mu === EXACT_MU && solution.polished?.method === 'interior-point';
    this.residual = there ? solution.polished.residual : this.polish();
    this.linearisation = new Linearisation(this.scaled.P, this.scaled.A, { x, z }, {
      solve: (...system) => {
        this.restore();
        return kkt.solve(...system);
      },
      curve: (u, w, out) =>
        this.forEachCone((cone, from, to) =>
          cone.curve(u.subarray(from, to), w.subarray(from, to), out.subarray(from, to))
        ),
    });
    this.anchor = z.slice();
    this.project();
    this.x = x.map((value, j) => value * D[j]);
    this.s = s.map((value, i) => value / E[i]);
    this.z = z.map((value, i) => (value * E[i]) / c);
  }

  /**
   * What a step to barrier parameter 0 leaves of the complementarity <s, z> of a cone, or of one of its half-lines:
   * -<y, lambda + y> / |lambda|^2 with lambda = V^-1 s = V^T z and y = V^T dz, which takes no digits from small ones.
   */
  doubt(): number {
    return (this.doubtAndResidual ??= this.stepToTheEnd()).doubt;
  }

  /** Of the linear system that `doubt` solves. */
  get stepResidual(): number {
    return (this.doubtAndResidual ??= this.stepToTheEnd()).residual;
  }

  private stepToTheEnd(): { readonly doubt: number; readonly residual: number } {
    const [n, m] = [this.x.length, this.z.length];
    const [lambda, y, dx, dz] = [new Float64Array(m), new Float64Array(m), new Float64Array(n), new Float64Array(m)];
    this.restore();
    this.forEachCone((cone, from, to) => cone.scaledPoint(lambda.subarray(from, to)));
    const residual = this.kkt.solveScaled(new Float64Array(n), lambda, dx, dz, y);
    let most = 0;
    this.forEachCone((cone, from, to) => {
      const size = cone.separable ? 1 : cone.size;
      for (let at = from; at < to && cone.degree > 0; at += size) {
        let [before, after] = [0, 0];
        for (let i = at; i < at + size; i++) {
          before += lambda[i] * lambda[i];
          after -= y[i] * (lambda[i] + y[i]);
        }
        most = Math.max(most, Math.abs(after) / before);
      }
    });
    return { doubt: most, residual };
  }

  tangent(data: DataChange): SolutionChange & WithResidual {
    const tangent = this.linearisation.tangent(this.inUnits(data));
    return { ...this.outOfUnits(tangent), residual: tangent.residual };
  }

  adjoint(cotangent: SolutionChange): DataChange & WithResidual {
    const change = this.linearisation.adjoint(this.outOfUnits(cotangent));
    return Object.assign(this.inUnits(change), { residual: change.residual });
  }

  curvature(cotangent: SolutionChange, directions: readonly DataChange[]): Curvature {
    const changes = directions.map((data) => this.inUnits(data));
    const { form, tangents, residual } = this.linearisation.curvature(this.outOfUnits(cotangent), changes);
    return { form, tangents: tangents.map((tangent) => this.outOfUnits(tangent)), residual };
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
    for (let k = 0; k < NEWTON_STEPS && error > EXACT; k++) {
      this.kkt.factorise(this.scaled.P, A);
      const [xBefore, vBefore] = [x.slice(), v.slice()];
      this.kkt.solve(f, g, dx, dz, undefined, 1e-9);
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
        break;
      }
      error = reached;
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

  /** The factorisation is shared with other solves: makes it this solution's. */
  private restore(): void {
    if (this.kkt.generation === this.generation) return;
    this.at.z.set(this.anchor);
    this.project();
    this.kkt.factorise(this.scaled.P, this.scaled.A);
    this.generation = this.kkt.generation;
  }

  /**
   * Changes of the data in the units of the equilibrated program; also what follows from such changes, the other way.
   */
  private inUnits(data: DataChange): DataChange {
    const { P, A, D, E, c } = this.scaled;
    return {
      get P() {
        const { P: change } = data;
        return onPattern(P, (i, j, k) => c * D[i] * D[j] * change[k]);
      },
      q: data.q.map((value, j) => value * c * D[j]),
      get A() {
        const { A: change } = data;
        return onPattern(A, (i, j, k) => E[i] * D[j] * change[k]);
      },
      b: data.b.map((value, i) => value * E[i]),
    };
  }

  /** A change of the solution in the units of the program; also a cotangent of it, the other way. */
  private outOfUnits({ x, s, z }: SolutionChange): SolutionChange {
    const { D, E, c } = this.scaled;
    return {
      x: x.map((value, j) => value * D[j]),
      s: s.map((value, i) => value / E[i]),
      z: z.map((value, i) => (value * E[i]) / c),
    };
  }

  private forEachCone(use: (cone: Cone, from: number, to: number) => void): void {
    let from = 0;
    for (const cone of this.cones) use(cone, from, from += cone.size);
  }
}
