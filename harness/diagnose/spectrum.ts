import { type Batch, row, takeRows } from '../../core/batch.js';
import type { CheckedEvaluation } from '../../core/checked-evaluation.js';
import { symmetricEigen } from '../../core/linear-algebra/symmetric-eigen.js';
import { largest } from '../../core/linear-algebra/vectors.js';
import { type Matrices, outerProducts } from '../../core/matrices.js';
import type { Curvature } from '../../core/newton/index.js';
import { mean, median } from '../statistics/index.js';
import { type Probe, whereDefined } from './probe.js';

/** The eigenvalues of the mean matrix of a batch, which a Newton step solves with; those within rounding of 0 are 0. */
export interface Spectrum {
  readonly least: number;
  readonly median: number;
  readonly largest: number;
  /** How many are 0. */
  readonly zero: number;
  /** The mean of |w| over those that are not, 0 where all are. */
  readonly scale: number;
  /** max |w| / min |w| over those that are not, 1 where all are. */
  readonly condition: number;
  /** Samples whose own matrix was looked at, and those of them where it has a negative eigenvalue. */
  readonly samples: number;
  readonly negative: number;
}

export type Spectra = { readonly [C in Exclude<Curvature, 'none'>]?: Spectrum };

/** Eigenvalues this small beside the largest are rounding, of kernels, solvers and differences. */
const ROUNDING = 1e-8;
/** With more outputs there are no spectra: they take m^3, for each spread. */
const MOST_OUTPUTS = 256;
/** Samples whose Hessians are formed from products, which take m evaluations. */
const PRODUCT_SAMPLES = 16;
/** Operations that the eigenvalues of the samples' own matrices may take at one spread. */
const OPERATIONS = 2e7;

/**
 * The spectra of all the matrices that a loss has at Y, where `e` was evaluated, `spread` times as far out as sampled;
 * Hessians that are known by products alone at the usual spread only, of the first samples. None of more than 256
 * outputs.
 */
export function spectraAt(probe: Probe, Y: Batch, e: CheckedEvaluation, spread: number): Spectra {
  if (Y.cols > MOST_OUTPUTS) return {};
  const hessian = whereDefined(() => hessianAt(probe, Y, e, spread));
  const gaussNewton = e.gaussNewton && whereDefined(() => e.gaussNewton!());
  return {
    ...(hessian && { hessian: spectrumOf(hessian) }),
    ...(gaussNewton && { 'gauss-newton': spectrumOf(gaussNewton) }),
    fisher: spectrumOf(outerProducts(e.gradient())),
  };
}

function hessianAt(probe: Probe, Y: Batch, e: CheckedEvaluation, spread: number): Matrices | undefined {
  if (probe.loss.capabilities.hessian !== 'products') return e.hessian?.();
  return spread === 1 ? probe.evaluate(firstRows(Y, PRODUCT_SAMPLES)).hessian?.() : undefined;
}

/** Of N symmetric matrices: their mean, and as many of themselves as can be had in a moment. */
export function spectrumOf(matrices: Matrices): Spectrum {
  const m = matrices.size;
  const values = eigenvaluesOf(matrices.mean(), m);
  const sizes = Array.from(values, Math.abs).filter((w) => w > 0);
  const own = matrices.outer ? [] : ownEigenvalues(matrices.blocks(), m);
  return {
    least: values[0],
    median: median(Array.from(values)),
    largest: values[m - 1],
    zero: m - sizes.length,
    scale: sizes.length === 0 ? 0 : mean(sizes),
    condition: sizes.length === 0 ? 1 : largest(values) / sizes.reduce((least, w) => Math.min(least, w)),
    samples: own.length,
    negative: own.filter((w) => w[0] < 0).length,
  };
}

function ownEigenvalues(blocks: Batch, m: number): Float64Array[] {
  const samples = Math.min(blocks.rows, Math.ceil(OPERATIONS / m ** 3));
  return Array.from({ length: samples }, (_, i) => eigenvaluesOf(row(blocks, i), m));
}

/** Ascending; what is rounding is 0. */
function eigenvaluesOf(A: Float64Array, m: number): Float64Array {
  const { values } = symmetricEigen(A, m);
  const most = largest(values);
  return values.map((w) => (Math.abs(w) <= ROUNDING * most ? 0 : w));
}

function firstRows(Y: Batch, count: number): Batch {
  return takeRows(Y, Array.from({ length: Math.min(count, Y.rows) }, (_, i) => i));
}
