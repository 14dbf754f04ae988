import type { Barrier } from './barrier.js';
import { SumOfSquares } from './sum-of-squares.js';
import { dot, length, multiply } from './vector3.js';

const SQUARES = 5;

/** A barrier f* at one point z. */
export class BarrierPoint {
  /** grad f* */
  readonly gradient = new Float64Array(3);
  private readonly z = new Float64Array(3);
  private readonly p = new Float64Array(3);
  private readonly Q = new Float64Array(9);
  private readonly squares = new SumOfSquares(SQUARES);
  /** Those of mu f* + 1/2 |z|^2. */
  private readonly damped = new SumOfSquares(SQUARES + 3);
  private psi = 1;
  /** How wrong psi may be, in units of rounding. */
  private doubt = 0;

  constructor(private readonly barrier: Barrier) {
    for (let i = 0; i < 3; i++) this.damped.R[4 * (SQUARES + i) + i] = 1;
  }

  at(point: Float64Array): BarrierPoint {
    const { z, p, Q } = this;
    z.set(point);
    this.psi = this.barrier.psi(z, p, Q);
    this.doubt = length(p) * length(z);
    return this.withGradient();
  }

  /** Goes on by a small step. Where z is too near to the boundary to say what psi is, psi is known by its changes. */
  move(step: Float64Array): BarrierPoint {
    const { z, p, Q } = this;
    const carried = this.psi + this.barrier.change(z, step);
    for (let i = 0; i < 3; i++) z[i] += step[i];
    this.psi = this.barrier.psi(z, p, Q);
    const afresh = length(p) * length(z);
    this.doubt += length(p) * length(step);
    if (afresh <= this.doubt) this.doubt = afresh;
    else this.psi = carried;
    return this.withGradient();
  }

  /**
   * On the central path, where s = -mu grad f*, takes psi from s = z + v if that says it to more digits, as it does
   * near the boundary.
   */
  settle(mu: number, s: Float64Array): void {
    const { z, p, psi } = this;
    let [along, rounding] = [0, 0];
    for (let i = 0; i < 3; i++) {
      const log = mu * perPower(this.barrier.logs[i], z[i], 1);
      along += p[i] * (s[i] - log);
      rounding += Math.abs(p[i]) * (Math.abs(s[i]) + Math.abs(z[i]) + Math.abs(log));
    }
    const found = (mu * dot(p, p)) / along;
    if (rounding / Math.abs(along) < this.doubt / psi && Math.abs(found - psi) <= 1e-2 * psi) this.psi = found;
    this.withGradient();
  }

  /** Whether psi is hardly more than its rounding. */
  vague(): boolean {
    return !(this.psi > 100 * Number.EPSILON * this.doubt);
  }

  value(): number {
    const { barrier: { logs }, z } = this;
    return logs.reduce<number>(
      (sum, c, i) => (c === 0 ? sum : sum - c * Math.log(Math.abs(z[i]))),
      -Math.log(this.psi),
    );
  }

  /** hess f*, (3, 3) */
  hessian(): Float64Array {
    const { squares: { R } } = this;
    this.barrier.squares(this.z, this.psi, R);
    const out = new Float64Array(9);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) for (let k = 0; k < R.length; k += 4) out[3 * i + j] += R[k + i] * R[k + j];
    }
    return out;
  }

  /** mu hess f* = V V^T, V^-1 and, if asked for, V^T z. False where the Hessian is not finite. */
  factorise(mu: number, V: Float64Array, inverse: Float64Array, lambda?: Float64Array): boolean {
    const { squares } = this;
    this.barrier.squares(this.z, this.psi, squares.R);
    if (!squares.factorise()) return false;
    const scale = Math.sqrt(mu);
    squares.scaled(scale, V, inverse);
    if (lambda) { for (let i = 0; i < 3; i++) lambda[i] = scale * squares.reflected[i]; }
    return true;
  }

  /** out := (I + mu hess f*)^-1 x */
  solveDamped(mu: number, x: Float64Array, out: Float64Array): void {
    const { damped } = this;
    this.barrier.squares(this.z, this.psi, damped.R);
    const scale = Math.sqrt(mu);
    for (let k = 0; k < 4 * SQUARES; k++) damped.R[k] *= scale;
    damped.factorise();
    damped.solve(x, out);
  }

  /** out := D^3 f*[u, v] */
  third(u: Float64Array, v: Float64Array, out: Float64Array): void {
    const { barrier, z, p, Q, psi } = this;
    barrier.third(z, u, v, out);
    const [Qu, Qv] = [new Float64Array(3), new Float64Array(3)];
    multiply(Q, 3, 1, u, Qu);
    multiply(Q, 3, 1, v, Qv);
    const [pu, pv] = [dot(p, u), dot(p, v)];
    for (let i = 0; i < 3; i++) {
      const curved = (Qu[i] * pv + Qv[i] * pu + p[i] * dot(u, Qv)) / (psi * psi);
      const logs = 2 * u[i] * v[i] * perPower(barrier.logs[i], z[i], 3);
      out[i] = -out[i] / psi + curved - (2 * p[i] * pu * pv) / psi ** 3 - logs;
    }
  }

  private withGradient(): BarrierPoint {
    const { barrier: { logs }, z, p, psi } = this;
    for (let i = 0; i < 3; i++) this.gradient[i] = -p[i] / psi - perPower(logs[i], z[i], 1);
    return this;
  }
}

/** c / x^k, 0 for a term that the barrier does not have. */
function perPower(c: number, x: number, k: number): number {
  return c === 0 ? 0 : c / x ** k;
}
