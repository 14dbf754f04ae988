import { dot } from '../../linear-algebra/vectors.js';
import { addTimes } from '../linear-algebra/sparse.js';
import { type Change, forEachCone, type Iterate } from './iterate.js';
import type { KktSystem } from './kkt.js';

/** Of a direction: an iterate is measured after each step, so that no error stays. */
const ACCURACY = 1e-8;

/** Of a predictor, which says no more than how far to aim. */
const ROUGH = 1e-4;

/**
 * Newton directions at an iterate, for complementarity linearised as H dz + ds = -d with the scaling H of the cones:
 *
 *     P dx + A^T dz + q dTau = -share r_x,    A dx + ds - b dTau = -share r_z,    kappa dTau + tau dKappa = -e
 *
 * and the third equation of the embedding. Two solves with the KKT system, one of which all directions share.
 */
export class Directions {
  /** The solution for (-q, b): what dTau adds. */
  private readonly x2: Float64Array;
  private readonly z2: Float64Array;
  /** 2 P x / tau + q */
  private readonly slope: Float64Array;
  private readonly denominator: number;

  /** The cones hold the scaling of the iterate. */
  constructor(
    private readonly at: Iterate,
    private readonly kkt: KktSystem,
  ) {
    const { program, x, Px, tau, kappa } = at;
    kkt.factorise(program.P, program.A, 0);
    this.x2 = new Float64Array(x.length);
    this.z2 = new Float64Array(at.z.length);
    kkt.solve(program.q.map((value) => -value), program.b, this.x2, this.z2, undefined, ACCURACY);
    this.slope = program.q.map((value, j) => (2 * Px[j]) / tau + value);
    const curvature = dot(x, Px) / (tau * tau);
    this.denominator = -kappa / tau - curvature + dot(this.slope, this.x2) + dot(program.b, this.z2);
  }

  /** The predictor: straight for a solution. */
  affine(): Change {
    const { cones, s, tau, kappa } = this.at;
    const d = s.slice();
    forEachCone(cones, [d], (cone, part) => cone.degree === 0 && part.fill(0));
    return this.solve(d, 1, kappa * tau, ROUGH);
  }

  /** Towards the point of the central path at sigma mu, with the second-order term of the predictor, if given. */
  towards(sigma: number, predictor?: Change): Change {
    const { cones, s, z, mu, tau, kappa } = this.at;
    const zero = predictor ? undefined : new Float64Array(s.length);
    const [ds, dz] = [predictor?.s ?? zero, predictor?.z ?? zero] as [Float64Array, Float64Array];
    const d = new Float64Array(s.length);
    forEachCone(cones, [s, z, ds, dz, d], (cone, sk, zk, dsk, dzk, dk) => {
      cone.combine(sk, zk, dsk, dzk, sigma * mu, dk);
    });
    const secondOrder = predictor ? predictor.tau * predictor.kappa : 0;
    return this.solve(d, 1 - sigma, kappa * tau + secondOrder - sigma * mu);
  }

  private solve(d: Float64Array, share: number, e: number, accuracy = ACCURACY): Change {
    const { at, x2, z2 } = this;
    const { program, residualX, residualZ, residualTau, tau, kappa, cones } = at;
    const f = residualX.map((value) => -share * value);
    const g = residualZ.map((value, i) => d[i] - share * value);
    const [dx, dz] = [new Float64Array(f.length), new Float64Array(g.length)];
    this.kkt.solve(f, g, dx, dz, undefined, accuracy);
    const dTau = (-share * residualTau + e / tau - dot(this.slope, dx) - dot(program.b, dz)) / this.denominator;
    for (let j = 0; j < dx.length; j++) dx[j] += dTau * x2[j];
    for (let i = 0; i < dz.length; i++) dz[i] += dTau * z2[i];
    const ds = residualZ.map((value, i) => -share * value + dTau * program.b[i]);
    addTimes(program.A, -1, dx, ds);
    forEachCone(cones, [ds], (cone, part) => cone.degree === 0 && part.fill(0));
    return { x: dx, s: ds, z: dz, tau: dTau, kappa: -(e + kappa * dTau) / tau };
  }
}
