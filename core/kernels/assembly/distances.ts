import { grow, layOut, take } from './shared/memory';
import { at, get, minus, pair, plus, set, splat, sum, times } from './shared/vectors';

/** Solutions w, rows of as many entries as their target t has, and of each row the distance d. */
export let solutions: usize = 0;
export let target: usize = 0;
export let distances: usize = 0;

/** For at most `count` entries; whether there was the memory. */
export function allocate(count: i32): bool {
  layOut();
  solutions = take<f64>(count);
  target = take<f64>(count);
  distances = take<f64>(count);
  return grow();
}

/**
 * d = sum of w (1 - t) + (1 - w) t for the rows of `m` of `count` entries, with entries beyond [0, 1] as at its end;
 * returns by how much one is beyond, at most.
 */
export function hamming(count: i32, m: i32): f64 {
  const t = target; // globals are loaded again at every turn
  const d = distances;
  let beyond = splat(0);
  for (let row = 0, from = solutions; row * m < count; row++, from = at(from, m)) {
    let sums = splat(0);
    let j = 0;
    for (; j + 2 <= m; j += 2) {
      const w = pair(from, j);
      beyond = further(beyond, w);
      sums = plus(sums, terms(w, pair(t, j)));
    }
    let rest: f64 = 0;
    if (j < m) {
      const w = splat(get(from, j));
      beyond = further(beyond, w);
      rest = v128.extract_lane<f64>(terms(w, splat(get(t, j))), 0);
    }
    set(d, row, sum(sums) + rest);
  }
  return max(v128.extract_lane<f64>(beyond, 0), v128.extract_lane<f64>(beyond, 1));
}

@inline
function further(beyond: v128, w: v128): v128 {
  return f64x2.pmax(beyond, f64x2.pmax(f64x2.neg(w), minus(w, splat(1))));
}

@inline
function terms(w: v128, t: v128): v128 {
  const x = f64x2.pmax(splat(0), f64x2.pmin(splat(1), w));
  return plus(times(x, minus(splat(1), t)), times(minus(splat(1), x), t));
}
