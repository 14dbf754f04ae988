import { at, clear, copy, minus, plus, set, setInteger, setTwo, splat, times, two } from '../../shared/vectors';
import { blocks, n, values } from '../rows';
import { diagonals, G, H, halves, hard, isHard, left, peak, probabilities, rest, right, sums } from './arrays';
import { addSymmetricPairs } from './rank-sums';
import { addToBlock, sortPair, sumsToItems } from './places';

function clearAll(P: usize): void {
  clear(P, 2 * n * n);
}

function copyAll(from: usize, to: usize): void {
  copy(to, from, 2 * n * n);
}

/**
 * What makes one relaxation differ from another: exp(L[r, c] - L[r, r]) from gaps, 0 at c = r, the least of them in a
 * corner;
 */
let weigh: (P: usize) => void = clearAll;
/** each row r of a matrix times J_r, whose peak has no part in it; */
let pull: (from: usize, to: usize) => void = copyAll;
/** H = sum_r J_r^T diag(d[r, :]) J_r of d and what is pulled back of it. */
let curve: (d: usize, pulled: usize) => void = copyAll;

/** Called once by the kernel of a relaxation. */
export function relaxPairs(
  weighs: (P: usize) => void, pulls: (from: usize, to: usize) => void, curves: (d: usize, pulled: usize) => void,
): void {
  weigh = weighs;
  pull = pulls;
  curve = curves;
}

/** Weights below this are for samples by themselves: with these, no product of two likelihoods underflows. */
const LEAST: f64 = 1e-130;

/** Values and gradients of the first `count` samples, but of those that are hard, which it finds; `mean` times sums. */
export function evaluatePairs(scale: f64, mean: f64, count: i32, entropy: (P: usize, d: usize, h: usize) => v128): void {
  for (let i = 0; i < count; i += 2) {
    const j = min(i + 1, count - 1);
    const P = probabilities(i);
    const tied = sortPair(i, j, scale);
    weigh(P);
    const corners = v128.min<f64>(two(P, n - 1), two(P, (n - 1) * n));
    const alone = tied | ~i64x2.bitmask(v128.ge<f64>(corners, splat(LEAST)));
    setInteger(hard, i, alone & 1);
    setInteger(hard, i + 1, (alone >> 1) & 1);
    if ((alone & 3) == 3) continue;
    normalise(P);
    const value = times(splat(mean), entropy(P, diagonals(i), halves(i)));
    pull(G, left);
    sumRows(left);
    if (!(alone & 1)) {
      set(values, i, v128.extract_lane<f64>(value, 0));
      sumsToItems(i, 0, mean * scale);
    }
    if (i + 1 < count && !(alone & 2)) {
      set(values, i + 1, v128.extract_lane<f64>(value, 1));
      sumsToItems(i + 1, 1, mean * scale);
    }
  }
}

/** From weights off the peak to probabilities, peak and rest. */
function normalise(P: usize): void {
  const one = splat(1);
  for (let r = 0; r < n; r++) {
    let others = splat(0);
    for (let k = r * n; k < (r + 1) * n; k++) others = plus(others, two(P, k));
    const inverse = v128.div<f64>(one, plus(one, others));
    for (let k = r * n; k < (r + 1) * n; k++) setTwo(P, k, times(inverse, two(P, k)));
    setTwo(peak, r, inverse);
    setTwo(rest, r, times(others, inverse));
  }
}

function sumRows(rows: usize): void {
  for (let c = 0; c < n; c++) {
    let sum = splat(0);
    for (let k = c; k < n * n; k += n) sum = plus(sum, two(rows, k));
    setTwo(sums, c, sum);
  }
}

/** Adds `scale` times their Hessians, from what their gradients left, to their blocks, or the first where `summed`. */
export function addPairs(scale: f64, count: i32, summed: bool): void {
  for (let i = 0; i < count; i += 2) {
    const first = !isHard(i);
    const second = i + 1 < count && !isHard(i + 1);
    if (!first && !second) continue;
    pull(diagonals(i), right);
    curve(diagonals(i), right);
    pull(probabilities(i), left);
    combine(halves(i));
    addSymmetricPairs(left, right, n, H);
    if (first) addToBlock(i, 0, scale, summed ? blocks : at(blocks, i * n * n));
    if (second) addToBlock(i + 1, 1, scale, summed ? blocks : at(blocks, (i + 1) * n * n));
  }
}

/** right = h left - right, row by row. */
function combine(h: usize): void {
  for (let r = 0; r < n; r++) {
    const half = two(h, r);
    for (let k = r * n; k < (r + 1) * n; k++) setTwo(right, k, minus(times(half, two(left, k)), two(right, k)));
  }
}
