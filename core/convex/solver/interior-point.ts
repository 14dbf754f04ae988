import { largest } from '../../linear-algebra/vectors.js';
import { type Cone, coneOf } from '../cones/index.js';
import {
  type ConeSolution,
  type ConeStructure,
  defaultSettings,
  equalityRows,
  isSolved,
  type ProgramData,
  type SolverSettings,
} from './cone-program.js';
import { contradiction } from './contradiction.js';
import type { ConeSolver } from './cone-solver.js';
import { Directions } from './directions.js';
import { type Equilibrated, equilibrate } from './equilibrate.js';
import { infeasibility } from './infeasibility.js';
import { forEachCone, Iterate } from './iterate.js';
import { KktSystem } from './kkt.js';
import type { SolutionDerivative } from './linearisation.js';
import { Sensitivity } from './sensitivity.js';

/** What was found, and derivatives at the solution or at a point of the central path, if there is one. */
export interface Differentiated {
  readonly found: ConeSolution;
  readonly at?: SolutionDerivative | undefined;
}

/** Of the largest step that keeps the iterate inside. */
const FRACTION = 0.99;

/** A shorter step than this is not taken, but one that only comes nearer to the central path. */
const SHORT = 0.1;

/** No progress. */
const SHORTEST = 1e-8;

/** An error from which Newton's method mostly gets to the solution in a few steps; a residual that says it did. */
const HOPEFUL = 1e-3;
const POLISHED = 1e-13;

/**
 * A doubt below which a derivative is exact enough not to risk digits elsewhere; the barrier parameter of sharper ones.
 */
const CLEAR = 1e-5;
const SHARP_MU = 1e-14;
/** A residual of linear systems with which it takes no digits elsewhere. */
const SHARP_ENOUGH = 1e-9;

/** The least barrier parameter at which a solution is taken up again. */
const NEAR = 1e-6;

/**
 * Solves cone programs of one structure by a primal-dual interior-point method on their homogeneous embedding
 *
 *     P x + A^T z + q tau = 0,    A x + s - b tau = 0,    kappa + x^T P x / tau + q^T x + b^T z = 0,
 *     s in K,  z in K*,  tau, kappa >= 0,
 *
 * with predictor, corrector and the scalings of `cones/` (Goulart and Chen, Clarabel: an interior-point solver for
 * conic programs with quadratic objectives, 2024). Deterministic; each solve depends on its own data alone.
 */
export class InteriorPoint implements ConeSolver {
  readonly cones: readonly Cone[];
  private readonly equal: Uint8Array;
  private readonly kkt: KktSystem;
  private readonly settings: SolverSettings;

  constructor(structure: ConeStructure, settings: Partial<SolverSettings> = {}) {
    this.settings = { ...defaultSettings, ...settings };
    this.cones = structure.cones.map(coneOf);
    this.equal = equalityRows(structure.cones);
    this.kkt = new KktSystem(structure.P, structure.A, this.cones);
  }

  /** To the tolerance of the settings. */
  solve(program: ProgramData): ConeSolution {
    const at = new Iterate(equilibrate(program, this.cones), this.cones);
    this.start(at);
    return this.iterate(at);
  }

  /**
   * To rounding, by Newton's method as soon as that gets there. `start`: the solution of a program that is perhaps
   * near; where that leads to none, it is solved without.
   */
  solvePolished(program: ProgramData, start?: ConeSolution): ConeSolution {
    const at = new Iterate(equilibrate(program, this.cones), this.cones);
    const near = (found: ConeSolution): ConeSolution | undefined => {
      const polished = this.polish(program, found);
      return polished.polished && polished.polished.residual <= POLISHED ? polished : undefined;
    };
    if (start?.polished && this.startFrom(at, start)) {
      const found = this.iterate(at, near);
      if (found.status === 'solved') return found.polished ? found : this.polish(program, found);
    }
    this.start(at);
    const found = this.iterate(at, near);
    return isSolved(found) && !found.polished ? this.polish(program, found) : found;
  }

  /**
   * The point of the central path at barrier parameter `smoothing`, by Newton's method as soon as that gets there, and
   * by way of the solution where it does not; nothing where there is no solution.
   */
  solveOnPath(program: ProgramData, smoothing: number): Differentiated {
    const at = new Iterate(equilibrate(program, this.cones), this.cones);
    let path: Sensitivity | undefined;
    this.start(at);
    const found = this.iterate(at, (near) => {
      const there = this.differentiate(program, near, smoothing);
      if (there.residual <= POLISHED) path = there;
      return path && near;
    });
    if (path || !isSolved(found)) return { found, at: path };
    return { found, at: this.differentiate(program, this.polish(program, found), smoothing) };
  }

  /** `near` may end it, once, where the error is small enough to be hopeful. */
  private iterate(at: Iterate, near?: (found: ConeSolution) => ConeSolution | undefined): ConeSolution {
    const { tolerance, maxIterations } = this.settings;
    let hope = near;
    const { program: scaled } = at;
    const best = new Iterate(scaled, this.cones);
    let least = Infinity;
    for (let iterations = 0;; iterations++) {
      const { primal, dual, gap } = at.residuals();
      const error = Math.max(primal, dual, gap);
      if (error <= tolerance) return at.solution('solved', iterations);
      if (hope && error <= HOPEFUL) {
        const found = hope(at.solution('solved', iterations));
        if (found) return found;
        hope = undefined;
      }
      const certificate = at.certificate(tolerance);
      const refutation = certificate === 'unbounded'
        ? infeasibility(scaled, (other) => this.solve(other))
        : undefined;
      if (refutation) return at.refuted(refutation, iterations);
      if (certificate) return at.solution(certificate, iterations);
      if (error < least) {
        best.copyFrom(at);
        least = error;
      }
      if (iterations === maxIterations || !this.advance(at)) {
        const proof = contradiction(scaled, this.equal, tolerance);
        if (proof) return at.refuted(proof, iterations);
        if (least < Infinity) at.copyFrom(best);
        return at.solution(least <= Math.sqrt(tolerance) ? 'inaccurate' : 'not-converged', iterations);
      }
    }
  }

  /** A solution to rounding, by Newton's method from one that is near. */
  private polish(program: ProgramData, solution: ConeSolution): ConeSolution {
    const { x, s, z, residual } = this.differentiate(program, solution);
    return { ...solution, x, s, z, polished: { residual, method: 'interior-point' } };
  }

  /** Derivatives of the solution map at a solution; of the central path at a barrier parameter `smoothing`. */
  differentiate(
    program: ProgramData,
    solution: Pick<ConeSolution, 'x' | 's' | 'z' | 'polished'>,
    smoothing = 0,
  ): Sensitivity {
    return new Sensitivity(program, solution, this.kkt, this.cones, smoothing);
  }

  /** The same where a constraint is hardly active, nearer to the end of the path if that is of any use. */
  differentiateSharply(program: ProgramData, solution: ConeSolution): Sensitivity {
    const plain = this.differentiate(program, solution);
    if (!(plain.doubt() > CLEAR)) return plain;
    const sharp = new Sensitivity(program, solution, this.kkt, this.cones, 0, SHARP_MU);
    return sharp.stepResidual <= SHARP_ENOUGH && sharp.doubt() < plain.doubt() ? sharp : plain;
  }

  /**
   * The point of the central path that belongs to s - z of a solution, for a barrier parameter of the size of what its
   * optimality conditions leave; false where cones have none.
   */
  private startFrom(at: Iterate, solution: ConeSolution): boolean {
    const { program: { D, E, c }, x, s, z } = at;
    at.x.set(x.map((_, j) => solution.x[j] / D[j]));
    at.s.set(s.map((_, i) => solution.s[i] * E[i]));
    at.z.set(z.map((_, i) => (solution.z[i] * c) / E[i]));
    at.measure();
    const mu = Math.max(NEAR, largest(at.residualX), largest(at.residualZ));
    const v = s.map((value, i) => value - z[i]);
    let inside = mu < Infinity;
    forEachCone(this.cones, [v, s, z], (cone, vk, sk, zk) => (inside = cone.project(vk, mu, sk, zk) && inside));
    at.kappa = mu;
    at.measure();
    return inside;
  }

  /** Least squares shifted into the cones, or their centres where these are not symmetric. */
  private start(at: Iterate): void {
    const { program, s, z } = at;
    [at.tau, at.kappa] = [1, 1];
    at.x.fill(0);
    forEachCone(this.cones, [s, z], (cone, sk, zk) => cone.centre(sk, zk));
    if (at.symmetric) {
      forEachCone(this.cones, [s, z], (cone, sk, zk) => cone.scale(sk, zk, 1));
      this.kkt.factorise(program.P, program.A);
      this.leastSquares(program, at);
      for (const vector of [s, z]) {
        forEachCone(this.cones, [vector], (cone, part) => {
          const margin = cone.margin(part);
          if (margin < 1e-3) cone.shift(part, 1 - margin);
        });
      }
      forEachCone(this.cones, [s], (cone, part) => cone.degree === 0 && part.fill(0));
    }
    at.measure();
  }

  /**
   * The minimiser of the objective + 1/2 |s|^2; without a quadratic objective those of |s| and of |z|, each by itself.
   */
  private leastSquares({ P, q, b }: Equilibrated, { x, s, z, Px }: Iterate): void {
    const minusQ = q.map((value) => -value);
    if (P.value.some((value) => value !== 0)) {
      this.kkt.solve(minusQ, b, x, z);
      for (let i = 0; i < s.length; i++) s[i] = -z[i];
      return;
    }
    this.kkt.solve(new Float64Array(x.length), b, x, s);
    for (let i = 0; i < s.length; i++) s[i] = -s[i];
    this.kkt.solve(minusQ, new Float64Array(z.length), Px, z);
  }

  /** One predictor and corrector step; false where no progress is possible. */
  private advance(at: Iterate): boolean {
    let inside = true;
    forEachCone(this.cones, [at.s, at.z], (cone, s, z) => (inside = cone.scale(s, z, at.mu) && inside));
    if (!inside) return false;
    const directions = new Directions(at, this.kkt);
    const predictor = directions.affine();
    let change = directions.towards((1 - at.longest(predictor)) ** 3, predictor);
    let step = at.near(change, FRACTION * at.longest(change));
    if (step < SHORT) {
      change = directions.towards(1);
      step = at.near(change, FRACTION * at.longest(change));
    }
    if (!(step > SHORTEST)) return false;
    at.move(step, change);
    return Number.isFinite(at.mu);
  }
}
