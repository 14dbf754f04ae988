import { binaryGradient, binaryHessian } from './binary-rows';
import { categoricalGradient, categoricalHessian } from './categorical-rows';
import { float32Gradient, float32Hessian } from './float32-rows';
import { neuralsortCheckpoints, neuralsortCurvature, neuralsortPullback, neuralsortWeights } from './neuralsort';
import {
  beforeFirstRow, clearGradient, gradientToItems, hessianToItems, lastRow, n, nextBlock, normalizeRows, placeTarget,
  SOFTSORT, sortScores,
} from './rows';
import { softsortCurvature, softsortPullback, softsortWeights } from './softsort';

export const BINARY: i32 = 0;
export const FLOAT32: i32 = 1;
export const CATEGORICAL: i32 = 2;

/** From scores to what every block wants, in sorted places; scale = 1 / temperature. */
export function rowsStart(relaxation: i32, scale: f64): void {
  sortScores(scale);
  beforeFirstRow();
  if (relaxation != SOFTSORT) neuralsortCheckpoints();
}

/** To the next block of rows, P of which it fills; how many there are. */
export function rowsForward(relaxation: i32): i32 {
  nextBlock();
  if (relaxation == SOFTSORT) softsortWeights();
  else neuralsortWeights();
  normalizeRows();
  return lastRow;
}

/** The value of the sample whose scores and ranks are set; its gradient goes to `gradient`. */
export function rowsGradient(relaxation: i32, crossEntropy: i32, scale: f64): f64 {
  rowsStart(relaxation, scale);
  clearGradient();
  let value: f64 = 0;
  while (lastRow < n) {
    rowsForward(relaxation);
    placeTarget();
    if (crossEntropy == BINARY) value = binaryGradient(relaxation, value);
    else if (crossEntropy == FLOAT32) value = float32Gradient(value);
    else value = categoricalGradient(relaxation, value);
    if (relaxation == SOFTSORT) softsortPullback();
    else neuralsortPullback(crossEntropy == FLOAT32);
  }
  gradientToItems(scale);
  return crossEntropy == CATEGORICAL ? value / <f64>n : (1 / (<f64>n * <f64>n)) * value;
}

/** The Hessian of the sample whose scores and ranks are set, to `blocks`; with all rows in one block. */
export function rowsHessian(relaxation: i32, crossEntropy: i32, scale: f64): void {
  rowsStart(relaxation, scale);
  rowsForward(relaxation);
  placeTarget();
  if (crossEntropy == BINARY) binaryHessian(relaxation);
  else if (crossEntropy == FLOAT32) float32Hessian();
  else categoricalHessian();
  if (relaxation == SOFTSORT) softsortCurvature();
  else neuralsortCurvature(crossEntropy == FLOAT32);
  hessianToItems(scale * scale);
}
