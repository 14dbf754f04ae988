import { get, pair, plus, set, setPair, splat, times } from '../shared/vectors';
import { centre, values } from './numbers';

/** Rows z of `m` of the first `count` of `values`, the last maybe a part of one, become centre + sigma z. */
export function perturb(count: i32, m: i32, sigma: f64): void {
  const to = values; // globals are loaded again at every turn
  const y = centre;
  for (let from = 0; from < count; from += m) {
    const width = min(m, count - from);
    let j = 0;
    for (; j + 2 <= width; j += 2) setPair(to, from + j, plus(pair(y, j), times(splat(sigma), pair(to, from + j))));
    if (j < width) set(to, from + j, get(y, j) + sigma * get(to, from + j));
  }
}
