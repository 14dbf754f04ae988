import { take } from '../../shared/memory';

/**
 * Two samples of n scores at a time, one in each lane: entry k of each of these arrays, but `order` and `hard`, is that
 * of both. Rows have no padding, and in matrices whose rows are pulled back nothing counts what is on the diagonal, a
 * row's peak (see pullRow of NeuralSort).
 */

/** Samples that a call takes; by one and one where it is 1, else those that can be by twos. */
export let capacity: i32 = 1;
/** (n) scores as they come, their places as int64, ascending over the temperature, and exp(x[c] - x[c + 1]). */
export let scores: usize = 0;
export let places: usize = 0;
export let x: usize = 0;
export let gaps: usize = 0;
/** (n) the place of the item of each rank, as a float. */
export let target: usize = 0;
/** (n) P[r, r], and 1 - P[r, r] without cancellation. */
export let peak: usize = 0;
export let rest: usize = 0;
/** (n, n) d value / d L, and two for what pull-backs give. (n) a sum of such rows. */
export let G: usize = 0;
export let left: usize = 0;
export let right: usize = 0;
export let sums: usize = 0;
/** (n, n) Hessian in x, of which entries with row <= column are filled. */
export let H: usize = 0;

/** (capacity) int32: whether a sample has to be by itself; (capacity, n) int32: the item at each place. */
export let hard: usize = 0;
export let order: usize = 0;
/**
 * What a Hessian is made of, kept for all samples of a call: P, its diagonal 0, d (pairs, n, n) and h (pairs, n), with
 * row r's Hessian in its logits diag(d) + 2 h p p^T - p d^T - d p^T.
 */
let keptP: usize = 0;
let keptD: usize = 0;
let keptH: usize = 0;
let size: i32 = 0;

export function takePairs(n: i32, samples: i32): void {
  capacity = samples;
  size = n;
  if (samples == 1) return;
  scores = take<v128>(n);
  places = take<v128>(n);
  x = take<v128>(n);
  gaps = take<v128>(n);
  target = take<v128>(n);
  peak = take<v128>(n);
  rest = take<v128>(n);
  sums = take<v128>(n);
  G = take<v128>(n, n);
  left = take<v128>(n, n);
  right = take<v128>(n, n);
  H = take<v128>(n, n);
  hard = take<i32>(samples);
  order = take<i32>(samples, n);
  keptP = take<v128>(samples / 2, n * n);
  keptD = take<v128>(samples / 2, n * n);
  keptH = take<v128>(samples / 2, n);
}

/** P, d and h of the pair whose first sample is i. */
@inline
export function probabilities(i: i32): usize {
  return keptP + ((<usize>(i >> 1) * size * size) << 4);
}

@inline
export function diagonals(i: i32): usize {
  return keptD + ((<usize>(i >> 1) * size * size) << 4);
}

@inline
export function halves(i: i32): usize {
  return keptH + ((<usize>(i >> 1) * size) << 4);
}

@inline
export function isHard(i: i32): bool {
  return load<i32>(hard + ((<usize>i) << 2)) != 0;
}
