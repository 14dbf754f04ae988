import { addBinary, binaryFactors } from './binary';
import { addCategorical, categoricalFactors } from './categorical';
import { addFloat32, float32Factors } from './float32';
import {
  beforeFirstRow, clearGradient, gradientToItems, hessianToItems, lastRow, n, nextBlock, normalizeRows, placeTarget,
  sortScores,
} from './rows';

function nothing(): void {}

/** What makes one relaxation differ from another. Before the first block of rows: */
let prepare: () => void = nothing;
/** exp(L[r, c] - L[r, r]) for the block's rows, to P. */
let weights: () => void = nothing;
/** g += sum_r J_r^T G[r, :] over the block's rows, J_r the Jacobian of L[r, :]; and H from the factors of all rows. */
let pullback: () => void = nothing;
let curvature: () => void = nothing;
/** The same where rows of G do not sum to 0, as those in float32. */
let unevenPullback: () => void = nothing;
let unevenCurvature: () => void = nothing;

/** Called once by the kernel of a relaxation, which exports the functions below. */
export function relaxRows(
  prepares: () => void, weighs: () => void, pulls: () => void, curves: () => void, pullsUneven: () => void, curvesUneven: () => void,
): void {
  prepare = prepares;
  weights = weighs;
  pullback = pulls;
  curvature = curves;
  unevenPullback = pullsUneven;
  unevenCurvature = curvesUneven;
}

/** From scores to what every block wants, in sorted places; scale = 1 / temperature. */
export function begin(scale: f64): void {
  sortScores(scale);
  beforeFirstRow();
  prepare();
}

/** To the next block of rows, P of which it fills; how many rows are done. */
export function forward(): i32 {
  nextBlock();
  weights();
  normalizeRows();
  return lastRow;
}

/** The value of the sample whose scores and ranks are set, by binary cross-entropy; its gradient goes to `gradient`. */
export function binaryGradient(scale: f64): f64 {
  return (1 / (<f64>n * <f64>n)) * sumAndGradient(scale, addBinary, pullback);
}

export function float32Gradient(scale: f64): f64 {
  return (1 / (<f64>n * <f64>n)) * sumAndGradient(scale, addFloat32, unevenPullback);
}

export function rowGradient(scale: f64): f64 {
  return sumAndGradient(scale, addCategorical, pullback) / <f64>n;
}

/** The Hessian of that sample, to `blocks`; with all rows in one block. */
export function binaryHessian(scale: f64): void {
  hessian(scale, binaryFactors, curvature);
}

export function float32Hessian(scale: f64): void {
  hessian(scale, float32Factors, unevenCurvature);
}

export function rowHessian(scale: f64): void {
  hessian(scale, categoricalFactors, curvature);
}

/** `add` adds the loss of the block's rows to a sum, and fills G, from where `pull` goes to g. */
function sumAndGradient(scale: f64, add: (sum: f64) => f64, pull: () => void): f64 {
  begin(scale);
  clearGradient();
  let sum: f64 = 0;
  while (lastRow < n) {
    forward();
    placeTarget();
    sum = add(sum);
    pull();
  }
  gradientToItems(scale);
  return sum;
}

/** `fill` fills the factors of each row's Hessian in its logits, from where `curve` goes to H. */
function hessian(scale: f64, fill: () => void, curve: () => void): void {
  begin(scale);
  forward();
  placeTarget();
  fill();
  curve();
  hessianToItems(scale * scale);
}
