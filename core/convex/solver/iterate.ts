import { dot } from '../../linear-algebra/vectors.js';
import type { Cone } from '../cones/index.js';
import { addSymmetricTimes, addTimes, addTransposedTimes } from '../linear-algebra/sparse.js';
import type { ConeSolution, Residuals, Status } from './cone-program.js';
import type { Equilibrated } from './equilibrate.js';

/** A direction in which an iterate can go. */
export interface Change {
  readonly x: Float64Array;
  readonly s: Float64Array;
  readonly z: Float64Array;
  readonly tau: number;
  readonly kappa: number;
}

/** How far from the central path a cone that is not symmetric may be, by its barrier: 0 on the path. */
const NEIGHBOURHOOD = 3;

const SHORTEST = 1e-8;

/** Calls `use` with each cone and its parts of the vectors. */
export function forEachCone(
  cones: readonly Cone[],
  vectors: readonly Float64Array[],
  use: (cone: Cone, ...parts: Float64Array[]) => void,
): void {
  let from = 0;
  for (const cone of cones) {
    const to = from + cone.size;
    use(cone, ...vectors.map((vector) => vector.subarray(from, to)));
    from = to;
  }
}

/** A point (x, s, z, tau, kappa) of the homogeneous embedding, in the units of the equilibrated program. */
export class Iterate {
  readonly x: Float64Array;
  readonly s: Float64Array;
  readonly z: Float64Array;
  tau = 1;
  kappa = 1;
  /** P x + A^T z + q tau */
  readonly residualX: Float64Array;
  /** A x + s - b tau */
  readonly residualZ: Float64Array;
  /** kappa + x^T P x / tau + q^T x + b^T z */
  residualTau = 0;
  readonly Px: Float64Array;
  /** (<s, z> + tau kappa) / degree */
  mu = 1;
  readonly degree: number;
  readonly symmetric: boolean;

  constructor(
    readonly program: Equilibrated,
    readonly cones: readonly Cone[],
  ) {
    const [n, m] = [program.q.length, program.b.length];
    this.x = new Float64Array(n);
    this.s = new Float64Array(m);
    this.z = new Float64Array(m);
    this.residualX = new Float64Array(n);
    this.residualZ = new Float64Array(m);
    this.Px = new Float64Array(n);
    this.degree = cones.reduce((sum, cone) => sum + cone.degree, 1);
    this.symmetric = cones.every((cone) => cone.symmetric);
  }

  copyFrom({ x, s, z, tau, kappa }: Iterate): void {
    this.x.set(x);
    this.s.set(s);
    this.z.set(z);
    [this.tau, this.kappa] = [tau, kappa];
    this.measure();
  }

  move(step: number, change: Change): void {
    addScaledTo(this.x, step, change.x);
    addScaledTo(this.s, step, change.s);
    addScaledTo(this.z, step, change.z);
    this.tau += step * change.tau;
    this.kappa += step * change.kappa;
    this.measure();
  }

  /** Residuals and mu. */
  measure(): void {
    const { program, x, s, z, Px, residualX, residualZ } = this;
    Px.fill(0);
    addSymmetricTimes(program.P, 1, x, Px);
    for (let j = 0; j < x.length; j++) residualX[j] = Px[j] + program.q[j] * this.tau;
    addTransposedTimes(program.A, 1, z, residualX);
    for (let i = 0; i < s.length; i++) residualZ[i] = s[i] - program.b[i] * this.tau;
    addTimes(program.A, 1, x, residualZ);
    this.residualTau = this.kappa + dot(x, Px) / this.tau + dot(program.q, x) + dot(program.b, z);
    this.mu = (dot(s, z) + this.tau * this.kappa) / this.degree;
  }

  /** The longest step up to 1 that keeps all cones, tau and kappa; cones without a closed form find theirs last. */
  longest(change: Change): number {
    let step = 1;
    if (change.tau < 0) step = Math.min(step, -this.tau / change.tau);
    if (change.kappa < 0) step = Math.min(step, -this.kappa / change.kappa);
    for (const symmetric of [true, false]) {
      forEachCone(this.cones, [this.s, change.s, this.z, change.z], (cone, s, ds, z, dz) => {
        if (cone.symmetric === symmetric) step = cone.step(s, ds, z, dz, step);
      });
    }
    return step;
  }

  /** A step shortened until the cones that are not symmetric are near the central path; 0 where none will do. */
  near(change: Change, longest: number): number {
    if (this.symmetric) return longest;
    const [s, z] = [new Float64Array(this.s.length), new Float64Array(this.z.length)];
    for (let step = longest; step > SHORTEST; step *= 0.8) {
      s.set(this.s);
      z.set(this.z);
      addScaledTo(s, step, change.s);
      addScaledTo(z, step, change.z);
      const last = (this.tau + step * change.tau) * (this.kappa + step * change.kappa);
      const logMu = Math.log((dot(s, z) + last) / this.degree);
      let near = true;
      forEachCone(this.cones, [s, z], (cone, sk, zk) => {
        if (!cone.symmetric) near = near && cone.barrier(sk, zk) + cone.degree * logMu < NEIGHBOURHOOD;
      });
      if (near) return step;
    }
    return 0;
  }

  residuals(): Residuals {
    const { program, x, s, z, tau, residualX, residualZ } = this;
    const { D, E, c, q, b } = program;
    const primalSize = Math.max(1, norm(b, E, -1), norm(x, D, 1) / tau, norm(s, E, -1) / tau);
    const dualSize = Math.max(1, norm(q, D, -1) / c, norm(x, D, 1) / tau, norm(z, E, 1) / (tau * c));
    const primal = this.objective();
    const dual = primal - (dot(x, this.Px) / tau + dot(q, x) + dot(b, z)) / (tau * c);
    return {
      primal: norm(residualZ, E, -1) / (tau * primalSize),
      dual: norm(residualX, D, -1) / (tau * c * dualSize),
      gap: Math.abs(primal - dual) / Math.max(1, Math.min(Math.abs(primal), Math.abs(dual))),
    };
  }

  /**
   * What the iterate proves, if anything. A residual A^T z excludes only points up to |b^T z| / |A^T z|, which is to be
   * far beyond the bounds that z is of, as data of 1e9 have solutions of 1e9; a ray, likewise, multipliers far beyond
   * the costs that x has.
   */
  certificate(tolerance: number): 'infeasible' | 'unbounded' | undefined {
    const { program: { A, q, b, D, E, c }, x, s, z, Px } = this;
    const below = -dot(b, z) / Math.max(1, sizeOfProducts(b, z) / norm(z, E, 1));
    if (below > 0) {
      const Atz = new Float64Array(q.length);
      addTransposedTimes(A, 1, z, Atz);
      if (norm(Atz, D, -1) <= tolerance * below) return 'infeasible';
    }
    const down = -dot(q, x) / c / Math.max(1, sizeOfProducts(q, x) / (c * norm(x, D, 1)));
    if (!(down > 0)) return undefined;
    const Axs = s.slice();
    addTimes(A, 1, x, Axs);
    return norm(Px, D, -1) / c <= tolerance * down && norm(Axs, E, -1) <= tolerance * down ? 'unbounded' : undefined;
  }

  /** The solution or the certificate, in the units of the program that was equilibrated. */
  solution(status: Status, iterations: number): ConeSolution {
    const { program: { D, E, c, q, b }, x, s, z } = this;
    const scale = status === 'infeasible' ? -dot(b, z) / c : status === 'unbounded' ? -dot(q, x) / c : this.tau;
    return {
      status,
      x: x.map((value, j) => (D[j] * value) / scale),
      s: s.map((value, i) => value / E[i] / scale),
      z: z.map((value, i) => (E[i] * value) / (c * scale)),
      objective: status === 'infeasible' ? Infinity : status === 'unbounded' ? -Infinity : this.objective(),
      iterations,
      residuals: this.residuals(),
    };
  }

  /** The certificate that z proves the program infeasible. */
  refuted(z: Float64Array, iterations: number): ConeSolution {
    this.z.set(z);
    this.measure();
    return this.solution('infeasible', iterations);
  }

  private objective(): number {
    const { program: { q, c }, x, tau, Px } = this;
    return (dot(x, Px) / (2 * tau) + dot(q, x)) / (tau * c);
  }
}

function addScaledTo(y: Float64Array, scale: number, x: Float64Array): void {
  for (let j = 0; j < y.length; j++) y[j] += scale * x[j];
}

/** sum_j |x_j y_j| */
function sizeOfProducts(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += Math.abs(x[j] * y[j]);
  return sum;
}

/** max_j |x_j| scale_j^power */
function norm(x: Float64Array, scale: Float64Array, power: 1 | -1): number {
  let most = 0;
  for (let j = 0; j < x.length; j++) most = Math.max(most, Math.abs(power === 1 ? x[j] * scale[j] : x[j] / scale[j]));
  return most;
}
