import { curvatureOf } from './row-curvature';
import { end, g, G, gaps, H, n, P, start, stride } from './rows';
import { both, clear, get, integer, pair, set, setPair, times } from './vectors';

/** P[r, c] = exp(-|x_r - x_c|): row r + 1 below the diagonal is row r times exp(x_r - x_{r + 1}), and P is symmetric. */
export function softsortWeights(): void {
  clear(P, n * stride);
  set(P, 0, 1);
  for (let r = 1; r < n; r++) {
    const gap = both(gaps, r - 1);
    for (let c = 0; c < r; c += 2) setPair(P, r * stride + c, times(gap, pair(P, (r - 1) * stride + c)));
    set(P, r * stride + r, 1);
  }
  for (let r = 0; r < n; r++) for (let c = r + 1; c < n; c++) set(P, r * stride + c, get(P, c * stride + r));
}

/**
 * g = sum_r J_r^T G[r, :]; J_r has d L[r, c] / d x_c = 1 for smaller and -1 for larger scores than x_r, and d L[r, c] / d x_r the opposite.
 */
export function softsortPullback(): void {
  clear(g, stride);
  for (let r = 0; r < n; r++) {
    const o = r * stride;
    let own: f64 = 0;
    for (let c = 0; c < integer(start, r); c++) {
      const slope = get(G, o + c);
      set(g, c, get(g, c) + slope);
      own -= slope;
    }
    for (let c = integer(end, r); c < n; c++) {
      const slope = get(G, o + c);
      set(g, c, get(g, c) - slope);
      own += slope;
    }
    set(g, r, get(g, r) + own);
  }
}

/** Row r at `out` = J_r^T v. */
function pullRow(r: i32, v: usize, out: usize): void {
  const first = integer(start, r);
  const last = integer(end, r);
  let own: f64 = 0;
  for (let c = 0; c < first; c++) {
    set(out, c, get(v, c));
    own -= get(v, c);
  }
  for (let c = first; c < last; c++) set(out, c, 0);
  for (let c = last; c < n; c++) {
    set(out, c, -get(v, c));
    own += get(v, c);
  }
  set(out, r, own);
}

/** H += sum_r J_r^T diag(D[r, :]) J_r. */
function pullDiagonals(D: usize): void {
  for (let r = 0; r < n; r++) {
    const first = integer(start, r);
    const last = integer(end, r);
    let own: f64 = 0;
    for (let c = 0; c < n; c++) {
      if (c >= first && c < last) continue;
      const entry = get(D, r * stride + c);
      set(H, c * stride + c, get(H, c * stride + c) + entry);
      set(H, c * stride + r, get(H, c * stride + r) - entry);
      set(H, r * stride + c, get(H, r * stride + c) - entry);
      own += entry;
    }
    set(H, r * stride + r, get(H, r * stride + r) + own);
  }
}

export function softsortCurvature(): void {
  curvatureOf(pullRow, pullDiagonals);
}
