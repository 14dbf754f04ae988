import { get } from '../vectors';
import { area, beta, c, costs, height, iterations, STATE, states, toPlane, unreached, width } from './grid';
import { relaxBackNarrow } from './narrow-adjoint-sweeps';
import { isNarrow, relaxNarrow } from './narrow-sweeps';
import { relaxBackWide } from './wide-adjoint-sweeps';
import { relaxWide } from './wide-sweeps';

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
