import type { Cone } from '../cones/index.js';
import { dot, largest } from '../../linear-algebra/vectors.js';
import { addSymmetricTimes, addTimes, addTransposedTimes, type SparseMatrix } from '../linear-algebra/sparse.js';
import { type ConeRows, rowsOfCones, scaledEntries, scaleRows } from './cone-rows.js';
import { conjugateResiduals } from './conjugate-residuals.js';
import { DenseKkt } from './dense-kkt.js';
import { type KktFactor, REGULARISATION } from './kkt-factor.js';
import { SparseKkt } from './sparse-kkt.js';

const REFINEMENTS = 10;

/** Of conjugate residuals, where refinement alone stalls. */
const MOST_STEPS = 30;

/** Beyond, S is not tried. */
const MOST_UNKNOWNS = 2048;

/** A relative residual above which the dense form is given up. */
const DENSE_ENOUGH = 1e-9;

/** A relative residual at which refinement is taken to have stalled, and not to have met rounding. */
const STALLED = 1e-11;

/** How much faster a multiplication is in a dense factorisation. */
const DENSE_SPEED = 4;

/**
 * Systems with [P, A^T; A, -H], H = V V^T the scaling that the cones hold, in the scaled form
 *
 *     [P, A^T V^-T; V^-1 A, -I] (x, y) = (f, V^-1 g),    V^T z = y
 *
 * which keeps its digits where H has eigenvalues of 1e-12 and 1e12. The pattern is analysed once; `factorise` reads the
 * values. Small systems with dense rows are factored densely, as long as that is accurate.
 */
export class KktSystem {
  private readonly sparse: SparseKkt;
  private readonly dense: DenseKkt | undefined;
  private factor: KktFactor;
  private readonly rows: readonly ConeRows[];
  private readonly W: Float64Array;
  private readonly xy: Float64Array;
  private readonly trial: Float64Array;
  private readonly residual: Float64Array;
  private readonly y: Float64Array;
  private readonly unscaled: Float64Array;
  private readonly onRows: Float64Array;
  private readonly right: Float64Array;
  private P: SparseMatrix;
  private A: SparseMatrix;
  /** Counts factorisations: who needs an earlier one sees that it is gone. */
  generation = 0;

  constructor(P: SparseMatrix, A: SparseMatrix, cones: readonly Cone[]) {
    const n = P.cols;
    const m = A.rows;
    this.P = P;
    this.A = A;
    this.rows = rowsOfCones(A, cones);
    this.W = new Float64Array(scaledEntries(this.rows));
    this.sparse = new SparseKkt(P, m, this.rows);
    const dense = n <= MOST_UNKNOWNS ? new DenseKkt(n, this.rows) : undefined;
    this.dense = dense && dense.cost < DENSE_SPEED * this.sparse.cost ? dense : undefined;
    this.factor = this.sparse;
    this.xy = new Float64Array(n + m);
    this.trial = new Float64Array(n + m);
    this.residual = new Float64Array(n + m);
    this.y = new Float64Array(m);
    this.unscaled = new Float64Array(m);
    this.onRows = new Float64Array(m);
    this.right = new Float64Array(m);
  }

  /**
   * Takes P and A (of the pattern given) and the scaling of the cones. Without `regularisation` dense systems are
   * solved in fewer refinements, and directions that hardly anything determines are not seen.
   */
  factorise(P: SparseMatrix, A: SparseMatrix, regularisation = REGULARISATION): void {
    this.generation++;
    this.P = P;
    this.A = A;
    scaleRows(this.rows, A, this.W);
    if (this.dense?.factorise(P, this.W, regularisation)) this.factor = this.dense;
    else this.factoriseSparse();
  }

  private factoriseSparse(): void {
    this.sparse.factorise(this.P, this.W);
    this.factor = this.sparse;
  }

  /**
   * Solves for x, z and y = V^T z, refined until the largest entry of the residual is `accuracy` of that of the right
   * side, or stalls; returns their ratio.
   */
  solve(f: Float64Array, g: Float64Array, x: Float64Array, z: Float64Array, y = this.y, accuracy = 1e-16): number {
    const { right } = this;
    this.forEachCone((cone, from, to) => cone.divide(g.subarray(from, to), right.subarray(from, to)));
    return this.solveScaled(f, right, x, z, y, accuracy);
  }

  /** The same for right = V^-1 g. */
  solveScaled(
    f: Float64Array,
    right: Float64Array,
    x: Float64Array,
    z: Float64Array,
    y: Float64Array,
    accuracy = 1e-16,
  ): number {
    const { residual, xy } = this;
    const n = f.length;
    xy.fill(0);
    residual.set(f);
    residual.set(right, n);
    const size = largest(residual);
    let error = this.refine(f, right, size, accuracy);
    if (!(error <= Math.max(accuracy, DENSE_ENOUGH) * size) && this.factor === this.dense) {
      this.factoriseSparse();
      this.residualOf(f, right, xy);
      error = this.refine(f, right, size, accuracy);
    }
    if (error > Math.max(accuracy, STALLED) * size) error = this.accelerate(f, right, size, error);
    x.set(xy.subarray(0, n));
    y.set(xy.subarray(n));
    this.forEachCone((cone, from, to) => cone.divideTransposed(y.subarray(from, to), z.subarray(from, to)));
    return size === 0 ? 0 : error / size;
  }

  /** Improves xy, whose residual is given, until that is `accuracy` of `size` or stalls; returns what is left of it. */
  private refine(f: Float64Array, right: Float64Array, size: number, accuracy: number): number {
    const { residual, trial, xy } = this;
    let error = largest(residual);
    for (let k = 0; k <= REFINEMENTS && error > accuracy * size; k++) {
      this.factor.solve(residual);
      for (let j = 0; j < trial.length; j++) trial[j] = xy[j] + residual[j];
      const improved = this.residualOf(f, right, trial);
      if (!(improved < error)) break;
      xy.set(trial);
      const slow = improved > 0.7 * error;
      error = improved;
      if (slow) break;
    }
    return error;
  }

  /**
   * Improves xy, where the factorisation is of a matrix too far from K for refinement, unless the change is in
   * directions that hardly anything determines: there a smaller residual is of no better solution. Returns what is
   * left.
   */
  private accelerate(f: Float64Array, right: Float64Array, size: number, before: number): number {
    const { residual, trial, xy } = this;
    const [noF, noRight] = [new Float64Array(f.length), new Float64Array(right.length)];
    const times = (v: Float64Array): Float64Array => {
      this.residualOf(noF, noRight, v);
      return residual.map((value) => -value);
    };
    this.residualOf(f, right, xy);
    const change = conjugateResiduals(
      residual.slice(),
      (v) => {
        const solution = v.slice();
        this.factor.solve(solution);
        return solution;
      },
      times,
      { steps: MOST_STEPS, tolerance: 1e-16 * size },
    );
    for (let j = 0; j < trial.length; j++) trial[j] = xy[j] + change[j];
    const x = change.fill(0, f.length);
    const image = times(x);
    const [onX, onY] = [image.subarray(0, f.length), image.subarray(f.length)];
    if (dot(onX, x) + dot(onY, onY) < REGULARISATION * dot(x, x)) return before;
    const error = this.residualOf(f, right, trial);
    if (!(error < before)) return before;
    xy.set(trial);
    return error;
  }

  /**
   * residual := (f, g) - K xy, with V applied to vectors, not to A, which keeps more digits; returns its largest entry.
   */
  private residualOf(f: Float64Array, g: Float64Array, xy: Float64Array): number {
    const { P, A, residual, unscaled, onRows } = this;
    const n = f.length;
    this.forEachCone((cone, from, to) =>
      cone.divideTransposed(xy.subarray(n + from, n + to), unscaled.subarray(from, to))
    );
    residual.set(f);
    addSymmetricTimes(P, -1, xy, residual);
    addTransposedTimes(A, -1, unscaled, residual);
    onRows.fill(0);
    addTimes(A, -1, xy, onRows);
    this.forEachCone((cone, from, to) => {
      cone.divide(onRows.subarray(from, to), residual.subarray(n + from, n + to));
      for (let i = from; i < to; i++) residual[n + i] += g[i] + (cone.degree === 0 ? 0 : xy[n + i]);
    });
    return largest(residual);
  }

  private forEachCone(use: (cone: Cone, from: number, to: number) => void): void {
    for (const { cone, from } of this.rows) use(cone, from, from + cone.size);
  }
}
