import { curvatureOf } from './row-curvature';
import { end, g, G, gaps, H, n, P, prefix, scratch, start, stride } from './rows';
import { at, both, clear, get, integer, pair, set, setPair, times } from './vectors';

/**
 * P[r, c] = exp(L[r, c] - L[r, r]). With S[r, c] = exp(-|x_r - x_c|), neighbouring rows differ by
 * P[r, c] = P[r - 1, c] S[r - 1, c] S[r, c] below the diagonal, and likewise with r + 1 above it.
 */
export function neuralsortWeights(): void {
  clear(P, n * stride);
  clear(scratch, stride);
  for (let r = 0; r < n; r++) {
    if (r > 0) nextRow(r, r - 1, both(gaps, r - 1), 0, r);
    set(P, r * stride + r, 1);
    set(scratch, r, 1);
  }
  clear(scratch, stride);
  for (let r = n - 1; r >= 0; r--) {
    if (r < n - 1) nextRow(r, r + 1, both(gaps, r), (r + 1) & ~1, stride);
    set(P, r * stride + r, 1);
    set(scratch, r, 1);
  }
}

/** Columns from .. to of row r from those of its neighbour; scratch holds S. */
function nextRow(r: i32, neighbour: i32, gap: v128, from: i32, to: i32): void {
  for (let c = from; c < to; c += 2) {
    const before = pair(scratch, c);
    const S = times(before, gap);
    setPair(scratch, c, S);
    setPair(P, r * stride + c, times(pair(P, neighbour * stride + c), times(before, S)));
  }
}

/** The slope of L[r, c] in x_c besides the signs: 2 r + 1 - n - kappa_c = 2 (r - c) where no scores are equal. */
@inline
function slope(r: i32, c: i32): f64 {
  return <f64>(2 * r + 1 - integer(start, c) - integer(end, c));
}

/** g = sum_r J_r^T G[r, :], with J_r = diag(slope(r, :)) + W and W[c, l] = sign(x_c - x_l). */
export function neuralsortPullback(): void {
  const totals = scratch;
  clear(totals, n);
  clear(g, n);
  for (let r = 0; r < n; r++) {
    for (let c = 0; c < n; c++) {
      const G_rc = get(G, r * stride + c);
      set(totals, c, get(totals, c) + G_rc);
      set(g, c, get(g, c) + slope(r, c) * G_rc);
    }
  }
  addSignedSums(totals, g);
}

/** Row r at `out` = J_r^T v. */
function pullRow(r: i32, v: usize, out: usize): void {
  for (let c = 0; c < n; c++) set(out, c, slope(r, c) * get(v, c));
  addSignedSums(v, out);
}

/** out += W^T v: the sum over larger scores less the sum over smaller ones. */
function addSignedSums(v: usize, out: usize): void {
  let total: f64 = 0;
  set(prefix, 0, 0);
  for (let c = 0; c < n; c++) {
    total += get(v, c);
    set(prefix, c + 1, total);
  }
  for (let c = 0; c < n; c++) {
    set(out, c, get(out, c) + (total - get(prefix, integer(end, c)) - get(prefix, integer(start, c))));
  }
}

/** H += sum_r J_r^T diag(D[r, :]) J_r. */
function pullDiagonals(D: usize): void {
  const totals = scratch;
  const sloped = at(scratch, stride);
  clear(scratch, 2 * stride);
  for (let r = 0; r < n; r++) {
    for (let c = 0; c < n; c++) {
      const entry = get(D, r * stride + c);
      const f = slope(r, c);
      set(totals, c, get(totals, c) + entry);
      set(sloped, c, get(sloped, c) + f * entry);
      set(H, c * stride + c, get(H, c * stride + c) + f * f * entry);
    }
  }
  addSignProduct(totals, sloped);
}

/**
 * H += W^T diag(v) W + diag(u) W + W^T diag(u); entry (a, b) of the first is v's sum below both and above both less that strictly between.
 */
function addSignProduct(v: usize, u: usize): void {
  let total: f64 = 0;
  set(prefix, 0, 0);
  for (let c = 0; c < n; c++) {
    total += get(v, c);
    set(prefix, c + 1, total);
  }
  for (let a = 0; a < n; a++) {
    const last = integer(end, a);
    const outside = total + get(prefix, integer(start, a));
    for (let b = integer(start, a); b < last; b++) add(a, b, outside - get(prefix, last));
    for (let b = last; b < n; b++) {
      const entry = outside - get(prefix, integer(end, b)) - get(prefix, integer(start, b)) + get(prefix, last) + get(u, b) - get(u, a);
      add(a, b, entry);
      add(b, a, entry);
    }
  }
}

function add(a: i32, b: i32, value: f64): void {
  set(H, a * stride + b, get(H, a * stride + b) + value);
}

export function neuralsortCurvature(): void {
  curvatureOf(pullRow, pullDiagonals);
}
