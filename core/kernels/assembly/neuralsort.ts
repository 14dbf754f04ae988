import { curvatureOf, unevenCurvatureOf } from './rows/curvature';
import { diagonalPair, pullPair, weighPair } from './neuralsort/pairs';
import { relaxPairs } from './rows/pairs/passes';
import { relaxRows } from './rows/passes';
import {
  above, aboveDecay, below, belowDecay, blockRows, checkpoints, distinct, end, firstRow, g, G, gaps, H, lastRow, left,
  n, offset, P, prefix, scratch, start, stride,
} from './rows/rows';
import { at, both, clear, copy, get, integer, minus, pair, plus, set, setPair, splat, times } from './shared/vectors';

export {
  begin, binaryGradients, binaryHessians, float32Gradients, float32Hessians, forward, rowGradients, rowHessians,
} from './rows/passes';
export { allocate, blocks, gradients, logits, order, P, ranks, scores, values, x } from './rows/rows';

relaxRows(keepCheckpoints, weights, pullback, curvature, unevenPullback, unevenCurvature);
relaxPairs(weighPair, pullPair, diagonalPair);

/**
 * P[r, c] = exp(L[r, c] - L[r, r]). With S[r, c] = exp(-|x_r - x_c|), neighbouring rows differ by
 * P[r, c] = P[r - 1, c] S[r - 1, c] S[r, c] below the diagonal, and likewise with r + 1 above it.
 */
function weights(): void {
  clear(P, (lastRow - firstRow) * stride);
  let S = aboveDecay;
  for (let r = firstRow; r < lastRow; r++) {
    const row = at(P, offset(r));
    if (r > 0) nextRow(row, r == firstRow ? above : at(P, offset(r - 1)), S, both(gaps, r - 1), 0, r);
    else clear(S, stride);
    set(row, r, 1);
    set(S, r, 1);
  }
  if (lastRow < n) copy(above, at(P, offset(lastRow - 1)), stride);
  S = belowDecay;
  if (lastRow < n) copy(below, at(checkpoints, 2 * stride * (lastRow / blockRows - 1)), 2 * stride);
  else clear(S, stride);
  for (let r = lastRow - 1; r >= firstRow; r--) {
    const row = at(P, offset(r));
    const before = r == lastRow - 1 ? below : at(P, offset(r + 1));
    if (r < n - 1) nextRow(row, before, S, both(gaps, r), (r + 1) & ~1, stride);
    set(row, r, 1);
    set(S, r, 1);
  }
}

/** Columns from .. to of a row from those of its neighbour, `before`; S of the neighbour becomes that of the row. */
function nextRow(row: usize, before: usize, S: usize, gap: v128, from: i32, to: i32): void {
  for (let c = from; c < to; c += 2) {
    const old = pair(S, c);
    const decay = times(old, gap);
    setPair(S, c, decay);
    setPair(row, c, times(pair(before, c), times(old, decay)));
  }
}

/** Goes up over all rows and keeps, for each block but the last, what the first row after it has above the diagonal. */
function keepCheckpoints(): void {
  if (blockRows >= n) return;
  clear(below, stride);
  clear(belowDecay, stride);
  for (let r = n - 1; r > 0; r--) {
    if (r < n - 1) nextRow(below, below, belowDecay, both(gaps, r), (r + 1) & ~1, stride);
    set(below, r, 1);
    set(belowDecay, r, 1);
    if (r % blockRows == 0) copy(at(checkpoints, 2 * stride * (r / blockRows - 1)), below, 2 * stride);
  }
}

/** The slope of L[r, c] in x_c besides the signs: 2 r + 1 - n - kappa_c = 2 (r - c) where no scores are equal. */
@inline
function slope(r: i32, c: i32): f64 {
  return <f64>(2 * r + 1 - integer(start, c) - integer(end, c));
}

/** g += sum_r J_r^T G[r, :], with J_r = diag(slope(r, :)) + W and W[c, l] = sign(x_c - x_l). */
function pullback(): void {
  pullRows(pullRow);
}

/**
 * The same where rows of G do not sum to 0, as those in float32: that of its peak is more than minus the others, and
 * J_r's own row counts, slope(r, r) e_r + W[r, :].
 */
function unevenPullback(): void {
  pullRows(pullUneven);
}

function pullRows(pull: (r: i32, v: usize, out: usize) => void): void {
  for (let r = firstRow; r < lastRow; r++) {
    pull(r, at(G, offset(r)), scratch);
    for (let c = 0; c < n; c += 2) setPair(g, c, plus(pair(g, c), pair(scratch, c)));
  }
}

/** Row r at `out` = J_r^T v: K^T v, and J_r's own row times the sum of v. */
function pullUneven(r: i32, v: usize, out: usize): void {
  let sum: f64 = 0;
  for (let c = 0; c < n; c++) sum += get(v, c);
  pullRow(r, v, out);
  addOwnRow(r, sum, out);
}

/** out += scale (slope(r, r) e_r + W[r, :]) */
function addOwnRow(r: i32, scale: f64, out: usize): void {
  if (scale == 0) return;
  addToAll(out, 0, integer(start, r), scale);
  addToAll(out, integer(end, r), n, -scale);
  add(out, r, slope(r, r) * scale);
}

/** The factors j and u + s/2 j, of J_r^T diag(D) J_r beyond K^T diag(D) K: u j^T + j u^T + s j j^T with u = K^T D, s = sum D. */
function unevenDiagonal(r: i32, v: usize, one: usize, other: usize): void {
  let sum: f64 = 0;
  for (let c = 0; c < n; c++) sum += get(v, c);
  pullRow(r, v, one);
  addOwnRow(r, 0.5 * sum, one);
  clear(other, stride);
  addOwnRow(r, 1, other);
}

/**
 * Row r at `out` = K^T v, K_c = J_c - J_r: a row's loss does not change when all its logits move together, so that only
 * their lead over the peak counts. The peak of v has no part in it, and entries far from the peak, which may be smaller
 * by hundreds of orders, are not added to those that are near. Without equal scores K_c above r is -(2 (c - r) - 1) at
 * c, 2 between r and c and 1 at r, below it the opposite.
 */
function pullRow(r: i32, v: usize, out: usize): void {
  if (distinct) return pullDistinct(r, v, out);
  const peak = get(v, r);
  set(v, r, 0);
  pullLeads(r, v, out);
  set(v, r, peak);
  const own = slope(r, r);
  if (own == 0) return;
  let sum: f64 = 0;
  for (let c = 0; c < n; c++) if (c != r) sum += get(v, c);
  add(out, r, -own * sum);
}

function pullDistinct(r: i32, v: usize, out: usize): void {
  let below: f64 = 0;
  for (let c = 0, f = <f64>(2 * r); c < r; c++, f -= 2) {
    const entry = get(v, c);
    const next = below + entry;
    set(out, c, f * entry - (below + next));
    below = next;
  }
  let above: f64 = 0;
  for (let c = n - 1, f = <f64>(2 * (n - 1 - r)); c > r; c--, f -= 2) {
    const entry = get(v, c);
    const next = above + entry;
    set(out, c, above + next - f * entry);
    above = next;
  }
  set(out, r, above - below);
}

/** pullRow but for slope(r, r) at r itself, with v[r] = 0. Leaves sumOutside(r, v) in prefix. */
function pullLeads(r: i32, v: usize, out: usize): void {
  const first = integer(start, r);
  const last = integer(end, r);
  sumOutside(r, v);
  for (let c = 0; c < first; c++) set(out, c, slope(r, c) * get(v, c) - runEnds(c));
  for (let c = last; c < n; c++) set(out, c, slope(r, c) * get(v, c) + runEnds(c));
  const own = get(prefix, last) - get(prefix, first);
  for (let c = first; c < last; c++) set(out, c, slope(r, c) * get(v, c) + own);
}

/** prefix at both ends of the run of scores equal to x_c. */
@inline
function runEnds(c: i32): f64 {
  return get(prefix, integer(start, c)) + get(prefix, integer(end, c));
}

/** prefix[k] = the sum of v before place k, up to the run of scores equal to x_r, and that from place k on after it. */
function sumOutside(r: i32, v: usize): void {
  const first = integer(start, r);
  const last = integer(end, r);
  let sum: f64 = 0;
  set(prefix, 0, 0);
  for (let c = 0; c < first; c++) {
    sum += get(v, c);
    set(prefix, c + 1, sum);
  }
  sum = 0;
  set(prefix, n, 0);
  for (let c = n - 1; c >= last; c--) {
    sum += get(v, c);
    set(prefix, c, sum);
  }
}

/**
 * H += sum_r K^T diag(D[r, :]) K, K as in pullRow. Entries of K are 1 or 2 times a sign besides the slopes on its
 * diagonal, so that the entries of a row's matrix at two different scores outside its own run are 2 times those of u =
 * K^T D at the farther one (once it where the nearer is in the run), and 0 where r is between them.
 */
function pullDiagonals(D: usize): void {
  const U = left;
  for (let r = 0; r < n; r++) {
    const v = at(D, r * stride);
    const u = at(U, r * stride);
    if (distinct) {
      pullDistinct(r, v, u);
      addSquares(r, v);
      continue;
    }
    const peak = get(v, r);
    set(v, r, 0);
    pullLeads(r, v, u);
    addEqualScores(r, v);
    if (slope(r, r) != 0) addOwnSlope(r, v, u);
    set(v, r, peak);
  }
  addAbove(U);
  addBelow(U);
  addMirrored();
}

/** The diagonal of row r's matrix, where no scores are equal. */
function addSquares(r: i32, v: usize): void {
  let below: f64 = 0;
  for (let c = 0, f = <f64>(2 * r); c < r; c++, f -= 2) {
    const entry = get(v, c);
    add(H, c * stride + c, (f - 1) * (f - 1) * entry + 4 * below);
    below += entry;
  }
  let above: f64 = 0;
  for (let c = n - 1, f = <f64>(2 * (n - 1 - r)); c > r; c--, f -= 2) {
    const entry = get(v, c);
    add(H, c * stride + c, (f - 1) * (f - 1) * entry + 4 * above);
    above += entry;
  }
  add(H, r * stride + r, above + below);
}

/** The entries of row r's matrix between equal scores; prefix has the sums of v. */
function addEqualScores(r: i32, v: usize): void {
  const first = integer(start, r);
  const last = integer(end, r);
  const own = get(prefix, first) + get(prefix, last);
  for (let a = 0; a < n; a++) {
    const from = integer(start, a);
    const to = integer(end, a);
    const sign: f64 = a < first ? -1 : 1;
    const sums = a >= first && a < last ? own : runEnds(a) + 2 * get(prefix, a < first ? from : to);
    const ofA = a < first || a >= last ? sign * slope(r, a) * get(v, a) : 0;
    for (let b = from; b < to; b++) {
      const ofB = a < first || a >= last ? sign * slope(r, b) * get(v, b) : 0;
      add(H, a * stride + b, sums + ofA + ofB);
    }
    add(H, a * stride + a, slope(r, a) * slope(r, a) * get(v, a));
  }
}

/** What slope(r, r) changes in row r's matrix, where scores are equal to x_r; u = K^T v but for it. */
function addOwnSlope(r: i32, v: usize, u: usize): void {
  const own = slope(r, r);
  let sum: f64 = 0;
  for (let c = 0; c < n; c++) {
    sum += get(v, c);
    add(H, r * stride + c, -own * get(u, c));
    if (c >= integer(start, r) && c < integer(end, r)) add(H, c * stride + r, -own * get(u, c));
  }
  add(H, r * stride + r, own * own * sum);
}

/** The entries at two different scores of the rows before the larger one, those above the diagonal of H alone. */
function addAbove(U: usize): void {
  const sums = scratch;
  const doubled = at(scratch, stride);
  clear(scratch, 2 * stride);
  for (let first = 0; first < n; first = integer(end, first)) {
    const last = integer(end, first);
    copy(doubled, sums, stride);
    for (let r = first; r < last; r++) {
      const u = at(U, r * stride);
      for (let b = last & ~1; b < n; b += 2) setPair(sums, b, plus(pair(sums, b), pair(u, b)));
    }
    for (let a = first; a < last; a++) {
      const row = at(H, a * stride);
      if (last & 1 && last < n) add(row, last, get(doubled, last) + get(sums, last));
      for (let b = (last + 1) & ~1; b < n; b += 2) {
        setPair(row, b, plus(pair(row, b), plus(pair(doubled, b), pair(sums, b))));
      }
    }
  }
}

/** The entries at two different scores of the rows after the smaller one, those below the diagonal of H alone. */
function addBelow(U: usize): void {
  const sums = scratch;
  const doubled = at(scratch, stride);
  clear(scratch, 2 * stride);
  for (let last = n; last > 0; last = integer(start, last - 1)) {
    const first = integer(start, last - 1);
    copy(doubled, sums, stride);
    for (let r = first; r < last; r++) {
      const u = at(U, r * stride);
      for (let a = 0; a < first; a += 2) setPair(sums, a, plus(pair(sums, a), pair(u, a)));
    }
    for (let b = first; b < last; b++) {
      const row = at(H, b * stride);
      for (let a = 0; a < (first & ~1); a += 2) {
        setPair(row, a, minus(pair(row, a), plus(pair(doubled, a), pair(sums, a))));
      }
      if (first & 1) add(row, first - 1, -(get(doubled, first - 1) + get(sums, first - 1)));
    }
  }
}

/** Both triangles of H = their sum. Entries between equal scores, which have theirs in both, are left as they are. */
function addMirrored(): void {
  for (let a = 0; a < n; a++) {
    for (let b = integer(end, a); b < n; b++) {
      const entry = get(H, a * stride + b) + get(H, b * stride + a);
      set(H, a * stride + b, entry);
      set(H, b * stride + a, entry);
    }
  }
}

function addToAll(base: usize, from: i32, to: i32, value: f64): void {
  if (from < to && from & 1) add(base, from++, value);
  for (const both = splat(value); from + 2 <= to; from += 2) setPair(base, from, plus(pair(base, from), both));
  if (from < to) add(base, from, value);
}

function add(base: usize, index: i32, value: f64): void {
  set(base, index, get(base, index) + value);
}

function curvature(): void {
  curvatureOf(pullRow, pullDiagonals);
}

/** Where rows of the gradient do not sum to 0, as in float32, the Hessian has to reach where these lead. */
function unevenCurvature(): void {
  unevenCurvatureOf(pullUneven, pullDiagonals, unevenDiagonal);
}
