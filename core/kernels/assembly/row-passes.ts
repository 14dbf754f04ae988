import { binaryGradient, binaryHessian } from './binary-rows';
import { categoricalGradient, categoricalHessian } from './categorical-rows';
import { float32Gradient, float32Hessian } from './float32-rows';
import { neuralsortCurvature, neuralsortPullback, neuralsortWeights } from './neuralsort';
import { gradientToItems, hessianToItems, normalizeRows, placeTarget, SOFTSORT, sortScores } from './rows';
import { softsortCurvature, softsortPullback, softsortWeights } from './softsort';

export const BINARY: i32 = 0;
export const FLOAT32: i32 = 1;
export const CATEGORICAL: i32 = 2;

/** From scores to P, in sorted places; scale = 1 / temperature. */
export function rowsForward(relaxation: i32, scale: f64): void {
  sortScores(scale);
  if (relaxation == SOFTSORT) softsortWeights();
  else neuralsortWeights();
  normalizeRows();
}

/** The value of the sample whose scores and ranks are set; its gradient goes to `gradient`. */
export function rowsGradient(relaxation: i32, crossEntropy: i32, scale: f64): f64 {
  rowsForward(relaxation, scale);
  placeTarget();
  const value =
    crossEntropy == BINARY ? binaryGradient(relaxation) : crossEntropy == FLOAT32 ? float32Gradient() : categoricalGradient(relaxation);
  if (relaxation == SOFTSORT) softsortPullback();
  else neuralsortPullback();
  gradientToItems(scale);
  return value;
}

/** The Hessian of the sample whose scores and ranks are set, to `blocks`. */
export function rowsHessian(relaxation: i32, crossEntropy: i32, scale: f64): void {
  rowsForward(relaxation, scale);
  placeTarget();
  if (crossEntropy == BINARY) binaryHessian(relaxation);
  else if (crossEntropy == FLOAT32) float32Hessian();
  else categoricalHessian();
  if (relaxation == SOFTSORT) softsortCurvature();
  else neuralsortCurvature();
  hessianToItems(scale * scale);
}
