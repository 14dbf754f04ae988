import { addBinary, binaryFactors } from './binary';
import { addCategorical, categoricalFactors } from './categorical';
import { addFloat32, float32Factors, roundRows } from './float32';
import { capacity, isHard } from './pairs/arrays';
import { binaryPair, categoricalPair } from './pairs/entropies';
import { addPairs, evaluatePairs } from './pairs/passes';
import {
  addToItems, beforeFirstRow, blocks, clearGradient, gradientToItems, keepSample, lastRow, n, nextBlock, normalizeRows,
  placeTarget, recallSample, selectSample, sortScores, values,
} from './rows';
import { at, clear, set } from '../shared/vectors';

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

/** From the scores of sample i to what every block wants, in sorted places; scale = 1 / temperature. */
export function begin(scale: f64, i: i32): void {
  selectSample(i);
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

/**
 * The values and gradients of so many samples, whose scores and ranks are set, by binary cross-entropy; scale = 1 /
 * temperature.
 */
export function binaryGradients(scale: f64, count: i32): void {
  const mean = 1 / (<f64>n * <f64>n);
  if (capacity > 1) evaluatePairs(scale, mean, count, binaryPair);
  evaluateOthers(scale, mean, count, addBinary, pullback);
}

export function float32Gradients(scale: f64, count: i32): void {
  const mean = 1 / (<f64>n * <f64>n);
  for (let i = 0; i < count; i++) {
    set(values, i, mean * sumAndGradient(scale, i, addFloat32, unevenPullback));
    if (capacity > 1) keepSample(i);
  }
}

export function rowGradients(scale: f64, count: i32): void {
  if (capacity > 1) evaluatePairs(scale, 1 / <f64>n, count, categoricalPair);
  evaluateOthers(scale, 1 / <f64>n, count, addCategorical, pullback);
}

/**
 * Their Hessians to `blocks`, or the sum of them; with all rows in one block, and after the gradients of the same
 * samples if a call takes more than one.
 */
export function binaryHessians(scale: f64, count: i32, summed: bool): void {
  clearBlocks(count, summed);
  if (capacity > 1) addPairs((scale * scale) / (<f64>n * <f64>n), count, summed);
  addOthers(scale, count, binaryFactors, summed);
}

export function float32Hessians(scale: f64, count: i32, summed: bool): void {
  clearBlocks(count, summed);
  for (let i = 0; i < count; i++) {
    if (capacity > 1) recallSample(i);
    else roundSample(scale, i);
    float32Factors();
    unevenCurvature();
    addToItems(scale * scale, summed ? blocks : at(blocks, i * n * n));
  }
}

export function rowHessians(scale: f64, count: i32, summed: bool): void {
  clearBlocks(count, summed);
  if (capacity > 1) addPairs((scale * scale) / <f64>n, count, summed);
  addOthers(scale, count, categoricalFactors, summed);
}

/** One sample after the other, those that are hard where others are done by twos. */
function evaluateOthers(scale: f64, mean: f64, count: i32, add: (sum: f64) => f64, pull: () => void): void {
  for (let i = 0; i < count; i++) {
    if (capacity > 1 && !isHard(i)) continue;
    set(values, i, mean * sumAndGradient(scale, i, add, pull));
  }
}

/** `add` adds the loss of the block's rows to a sum, and fills G, from where `pull` goes to g. */
function sumAndGradient(scale: f64, i: i32, add: (sum: f64) => f64, pull: () => void): f64 {
  begin(scale, i);
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

function clearBlocks(count: i32, summed: bool): void {
  clear(blocks, (summed ? 1 : count) * n * n);
}

/** The same of Hessians: `fill` fills the factors of each row's in its logits. */
function addOthers(scale: f64, count: i32, fill: () => void, summed: bool): void {
  for (let i = 0; i < count; i++) {
    if (capacity > 1 && !isHard(i)) continue;
    beginHessian(scale, i);
    fill();
    curvature();
    addToItems(scale * scale, summed ? blocks : at(blocks, i * n * n));
  }
}

function beginHessian(scale: f64, i: i32): void {
  begin(scale, i);
  forward();
  placeTarget();
}

function roundSample(scale: f64, i: i32): void {
  beginHessian(scale, i);
  roundRows();
}
