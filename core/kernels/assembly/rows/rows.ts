import { grow, layOut, take } from '../shared/memory';
import { takePairs } from './pairs/arrays';
import { at, clear, get, integer, pair, plus, set, setInteger, setPair, splat, sum, times } from '../shared/vectors';

/**
 * One sample of a relaxation whose rows are softmaxes, in sorted order: P[r, c] = exp(L[r, c]) / sum_c exp(L[r, c])
 * with the peak of row r at c = r. Its rows are done in blocks: matrices of rows hold those from firstRow to lastRow,
 * each stride long with zeros in the padding. A Hessian wants all rows in one block.
 */
export let n: i32 = 0;
export let stride: i32 = 0;
/** Rows of a block, of which the last may have fewer. */
export let blockRows: i32 = 0;
export let firstRow: i32 = 0;
export let lastRow: i32 = 0;
/** Of the samples of a call: (samples, n) scores and int32 ranks of the items, in; */
export let scores: usize = 0;
export let ranks: usize = 0;
/** (samples) values, (samples, n) gradients and (samples, n, n) Hessians in the scores, or (n, n) their sum, out. */
export let values: usize = 0;
export let gradients: usize = 0;
export let blocks: usize = 0;
/** Which of them this is. */
let sample: i32 = 0;
/**
 * (n) scores divided by the temperature, ascending; exp(x[c] - x[c + 1]); (n) int32 the item at each place, and the
 * place of each item.
 */
export let x: usize = 0;
export let gaps: usize = 0;
export let order: usize = 0;
export let places: usize = 0;
/** (n) int32: first and past-the-last place of the run of equal scores at each place. */
export let start: usize = 0;
export let end: usize = 0;
/** Whether no two scores are equal. */
export let distinct: bool = false;
export let P: usize = 0;
/** (n) 1 - P[r, r] without cancellation; may underflow to 0. */
export let rest: usize = 0;
/**
 * (stride) each: weights of the last row before the block and of the first one after it, and exp(-|x_r - x_c|) of the
 * two.
 */
export let above: usize = 0;
export let aboveDecay: usize = 0;
export let below: usize = 0;
export let belowDecay: usize = 0;
/** (blocks, 2, stride): `below` and `belowDecay` of each block. */
export let checkpoints: usize = 0;
/** (n) logits of a row less that of its peak, where exponentials underflow. */
export let logits: usize = 0;
export let T: usize = 0;
/** d value / d L. */
export let G: usize = 0;
/** (samples, bytes from `order` to `T`). */
let kept: usize = 0;
/** (n) gradient in x. */
export let g: usize = 0;
/**
 * Hessian of row r in its logits: diag(d) + p w^T + w p^T + gamma q q^T, p = P[r, :]; q only where gamma[r] is not 0.
 */
export let d: usize = 0;
export let w: usize = 0;
export let q: usize = 0;
export let gamma: usize = 0;
/** (stride, stride) Hessian in x. */
export let H: usize = 0;
/** (2 n, stride): factors of the low-rank part of H. */
export let left: usize = 0;
export let right: usize = 0;
/** (2, stride) and (n + 1). */
export let scratch: usize = 0;
export let prefix: usize = 0;

/**
 * For `samples` of `size` scores a call, `rows` rows a block; with the arrays of a Hessian too where `curvature`. More
 * than one are an even number with curvature and all rows in a block, size <= 32. Whether there was the memory.
 */
export function allocate(size: i32, rows: i32, curvature: bool, samples: i32): bool {
  n = size;
  stride = n + (n & 1);
  blockRows = rows;
  layOut();
  scores = take<f64>(samples, n);
  ranks = take<i32>(samples, n);
  values = take<f64>(samples);
  gradients = take<f64>(samples, n);
  rest = take<f64>(n);
  g = take<f64>(stride);
  logits = take<f64>(n);
  above = take<f64>(stride);
  aboveDecay = take<f64>(stride);
  below = take<f64>(2, stride);
  belowDecay = at(below, stride);
  scratch = take<f64>(2, stride);
  prefix = take<f64>(n + 1);
  checkpoints = take<f64>(2 * stride, (n - 1) / rows);
  x = take<f64>(stride);
  gaps = take<f64>(stride);
  order = take<i32>(n);
  places = take<i32>(n);
  start = take<i32>(n);
  end = take<i32>(n);
  P = take<f64>(rows, stride);
  T = take<f64>(rows, stride);
  G = take<f64>(rows, stride);
  kept = take<u8>(samples > 1 ? samples : 0, <i32>(G - order));
  if (curvature) {
    gamma = take<f64>(n);
    d = take<f64>(n, stride);
    w = take<f64>(n, stride);
    q = take<f64>(n, stride);
    left = take<f64>(2 * n, stride);
    right = take<f64>(2 * n, stride);
    H = take<f64>(stride, stride);
    blocks = take<f64>(samples, n * n);
  }
  takePairs(n, samples);
  return grow();
}

export function selectSample(i: i32): void {
  sample = i;
}

/** Keeps what lies from `order` to `T`, of which a Hessian is made; where a call takes more samples than one. */
export function keepSample(i: i32): void {
  memory.copy(keptOf(i), order, G - order);
}

/** Selects a sample, and takes that back. */
export function recallSample(i: i32): void {
  selectSample(i);
  memory.copy(order, keptOf(i), G - order);
  findEqualScores();
}

@inline
function keptOf(i: i32): usize {
  return kept + (<usize>i) * (G - order);
}

/** Starts at the first row; `nextBlock` goes on to the rows after. */
export function beforeFirstRow(): void {
  firstRow = 0;
  lastRow = 0;
}

export function nextBlock(): void {
  firstRow = lastRow;
  lastRow = min(n, firstRow + blockRows);
}

/** Where row r is in a matrix of the block's rows. */
@inline
export function offset(r: i32): i32 {
  return (r - firstRow) * stride;
}

/** Fills x with scale * scores in ascending order, equal scores as they come, and order, start, end and gaps. */
export function sortScores(scale: f64): void {
  filled = -1;
  for (let item = 0; item < n; item++) {
    const score = get(scores, sample * n + item);
    let c = item;
    for (; c > 0 && get(x, c - 1) > score; c--) {
      set(x, c, get(x, c - 1));
      setInteger(order, c, integer(order, c - 1));
    }
    set(x, c, score);
    setInteger(order, c, item);
  }
  for (let c = 0, first = 0; c < n; c++) {
    if (get(x, c) != get(x, first)) first = c;
    setInteger(start, c, first);
    setInteger(places, integer(order, c), c);
  }
  findEqualScores();
  for (let c = n - 1, last = n; c >= 0; c--) {
    setInteger(end, c, last);
    if (integer(start, c) == c) last = c;
  }
  for (let c = 0; c < n; c++) set(x, c, scale * get(x, c));
  for (let c = 0; c + 1 < n; c++) set(gaps, c, Math.exp(get(x, c) - get(x, c + 1)));
}

function findEqualScores(): void {
  distinct = true;
  for (let c = 1; c < n; c++) if (integer(start, c) != c) distinct = false;
}

/**
 * T[rank, place], the block's rows of the true permutation of `ranks` with its columns in the sorted places of the
 * scores. Items that share a rank share the rows they cover evenly.
 */
export function placeTarget(): void {
  const sizes = scratch;
  const first = sample * n;
  clear(T, (lastRow - firstRow) * stride);
  clear(sizes, n);
  for (let k = first; k < first + n; k++) setInteger(sizes, integer(ranks, k), integer(sizes, integer(ranks, k)) + 1);
  for (let c = 0; c < n; c++) {
    const r = integer(ranks, first + integer(order, c));
    const size = integer(sizes, r);
    const last = min(r + size, lastRow);
    for (let k = max(r, firstRow); k < last; k++) set(T, offset(k) + c, 1 / <f64>size);
  }
}

export function clearGradient(): void {
  clear(g, stride);
}

/** From sorted places to items: scale * g to the sample's gradient. */
export function gradientToItems(scale: f64): void {
  for (let c = 0; c < n; c++) set(gradients, sample * n + integer(order, c), scale * get(g, c));
}

/** From sorted places to items: adds scale * H to `block`. */
export function addToItems(scale: f64, block: usize): void {
  for (let a = 0; a < n; a++) {
    const o = integer(order, a) * n;
    for (let b = 0; b < n; b++) {
      const k = o + integer(order, b);
      set(block, k, get(block, k) + scale * get(H, a * stride + b));
    }
  }
}

/** From weights exp(L[r, c] - L[r, r]) to P and rest. */
export function normalizeRows(): void {
  for (let r = firstRow; r < lastRow; r++) {
    const o = offset(r);
    set(P, o + r, 0);
    let pairs = splat(0);
    for (let c = o; c < o + stride; c += 2) pairs = plus(pairs, pair(P, c));
    const others = sum(pairs);
    const inverse = 1 / (1 + others);
    const scale = splat(inverse);
    for (let c = o; c < o + stride; c += 2) setPair(P, c, times(scale, pair(P, c)));
    set(P, o + r, inverse);
    set(rest, r, others * inverse);
  }
}

/** Below this an entry of P is taken from its logit: products of two such entries would underflow. */
export const TINY: f64 = 1e-140;

/**
 * Fills `logits` with L[r, :] - L[r, r], as the relaxation's plugin has them; called only where exponentials of them
 * underflow.
 */
@external("relaxation", "logits")
declare function fillLogits(r: i32): void;

/** The row whose logits are there, or -1. */
let filled: i32 = -1;

function wantLogits(r: i32): void {
  if (filled != r) fillLogits(r);
  filled = r;
}

/** log P[r, c], also where P underflows. */
export function logP(r: i32, c: i32): f64 {
  if (c == r) return Math.log1p(-get(rest, r));
  const p = get(P, offset(r) + c);
  if (p > TINY) return Math.log(p);
  wantLogits(r);
  return get(logits, c) + Math.log1p(-get(rest, r));
}

/** log(1 - P[r, r]), also where the peak rounds to 1. */
export function logRest(r: i32): f64 {
  if (get(rest, r) > TINY) return Math.log(get(rest, r));
  const next = largestOffPeak(r);
  let others: f64 = 0;
  for (let c = 0; c < n; c++) if (c != r) others += Math.exp(get(logits, c) - next);
  return next + Math.log(others);
}

/** Row r of `out` = the softmax of row r of P without its peak, 0 at c = r; also where P underflows. */
export function conditionalRow(r: i32, out: usize): void {
  const o = offset(r);
  if (get(rest, r) > TINY) {
    const inverse = 1 / get(rest, r);
    for (let c = o; c < o + n; c++) set(out, c, get(P, c) * inverse);
  } else {
    const next = largestOffPeak(r);
    let others: f64 = 0;
    for (let c = 0; c < n; c++) {
      const weight = c == r ? 0 : Math.exp(get(logits, c) - next);
      set(out, o + c, weight);
      others += weight;
    }
    for (let c = o; c < o + n; c++) set(out, c, get(out, c) / others);
  }
  set(out, o + r, 0);
}

/** The largest logit of row r besides its peak. */
function largestOffPeak(r: i32): f64 {
  wantLogits(r);
  let next = -Infinity;
  for (let c = 0; c < n; c++) if (c != r) next = max(next, get(logits, c));
  return next;
}
