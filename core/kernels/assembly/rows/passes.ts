import { addBinary, binaryFactors } from './binary';
import { addCategorical, categoricalFactors } from './categorical';
import { addFloat32, float32Factors } from './float32';
import { capacity, isHard } from './pairs/arrays';
import { binaryPair, categoricalPair } from './pairs/entropies';
import { addPairs, evaluatePairs } from './pairs/passes';
import {
  addToItems, beforeFirstRow, blocks, clearGradient, gradientToItems, lastRow, n, nextBlock, normalizeRows,
  placeTarget, selectSample, sortScores, values,
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
  evaluateOthers(scale, mean, count, addBinary, pullback, capacity > 1);
}

export function float32Gradients(scale: f64, count: i32): void {
  evaluateOthers(scale, 1 / (<f64>n * <f64>n), count, addFloat32, unevenPullback, false);
}

export function rowGradients(scale: f64, count: i32): void {
  if (capacity > 1) evaluatePairs(scale, 1 / <f64>n, count, categoricalPair);
  evaluateOthers(scale, 1 / <f64>n, count, addCategorical, pullback, capacity > 1);
}

/**
 * Their Hessians to `blocks`, or the sum of them; with all rows in one block, and after the gradients of the same
 * samples if a call takes more than one.
 */
export function binaryHessians(scale: f64, count: i32, summed: bool): void {
  clearBlocks(count, summed);
  if (capacity > 1) addPairs((scale * scale) / (<f64>n * <f64>n), count, summed);
  addOthers(scale, count, binaryFactors, curvature, summed, capacity > 1);
}

export function float32Hessians(scale: f64, count: i32, summed: bool): void {
  clearBlocks(count, summed);
  addOthers(scale, count, float32Factors, unevenCurvature, summed, false);
}

export function rowHessians(scale: f64, count: i32, summed: bool): void {
  clearBlocks(count, summed);
  if (capacity > 1) addPairs((scale * scale) / <f64>n, count, summed);
  addOthers(scale, count, categoricalFactors, curvature, summed, capacity > 1);
}

/** One sample after the other, where others are `paired` those that are hard. */
function evaluateOthers(
  scale: f64, mean: f64, count: i32, add: (sum: f64) => f64, pull: () => void, paired: bool,
): void {
  for (let i = 0; i < count; i++) {
    if (paired && !isHard(i)) continue;
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

/** `fill` fills the factors of each row's Hessian in its logits, from where `curve` goes to H. */
function addOthers(scale: f64, count: i32, fill: () => void, curve: () => void, summed: bool, paired: bool): void {
  for (let i = 0; i < count; i++) {
    if (paired && !isHard(i)) continue;
    begin(scale, i);
    forward();
    placeTarget();
    fill();
    curve();
    addToItems(scale * scale, summed ? blocks : at(blocks, i * n * n));
  }
}
