import { clear, get } from '../shared/vectors';
import { cBarDot, cDot, turnAdjointDots } from './derivative-planes';
import {
  area, beta, c, costs, height, iterations, STATE, states, toPlane, turnAdjoints, unreached, vector, width,
} from './grid';
import { relaxBackNarrow } from './narrow-adjoint-sweeps';
import { productSweepNarrow } from './narrow-product-sweeps';
import { isNarrow, relaxNarrow } from './narrow-sweeps';
import { relaxTangentsNarrow } from './narrow-tangent-sweeps';
import { relaxBackWide } from './wide-adjoint-sweeps';
import { productSweepWide } from './wide-product-sweeps';
import { relaxWide } from './wide-sweeps';
import { relaxTangentsWide } from './wide-tangent-sweeps';

/** Which of the two ways of computing suits the sample: decided by its costs alone, so that results do not depend on other samples. */
export let narrow: bool = false;

/** From costs to distances over at most as many steps as there were sweeps: states 0 .. iterations - 1. */
export function relax(): void {
  toPlane(costs, beta, c);
  let least: f64 = 0;
  let most: f64 = 0;
  for (let k = 0; k < height * width; k++) {
    least = min(least, beta * get(costs, k));
    most = max(most, beta * get(costs, k));
  }
  const before = narrow;
  narrow = !unreached && isNarrow(max(height, width) - 1, least, most);
  if (!narrow) return relaxWide(max(most, -least));
  if (!before) memory.fill(states, 0, <usize>(iterations * STATE * area) << 3);
  relaxNarrow();
}

/** From the adjoints of the last distances, in zBar, to those of the costs, in cBar. */
export function relaxBack(): void {
  if (narrow) relaxBackNarrow();
  else relaxBackWide();
}

/** From `vector`, times a number, to the tangents of all states. */
export function relaxTangents(scale: f64): void {
  toPlane(vector, scale * beta, cDot);
  if (narrow) relaxTangentsNarrow();
  else relaxTangentsWide();
}

/** From the adjoints of the last distances and their derivatives, in zBar and zBarDot, to cBarDot. */
export function relaxBackWithTangents(): void {
  clear(cBarDot, area);
  for (let t = iterations - 1; t > 0; t--) {
    if (narrow) productSweepNarrow(t);
    else productSweepWide(t);
    turnAdjoints();
    turnAdjointDots();
  }
}
