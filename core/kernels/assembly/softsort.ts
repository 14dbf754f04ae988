import { curvatureOf } from './rows/curvature';
import { diagonalPair, pullPair, weighPair } from './softsort/pairs';
import { relaxPairs } from './rows/pairs/passes';
import { relaxRows } from './rows/passes';
import { above, end, firstRow, g, G, gaps, H, lastRow, n, offset, P, start, stride } from './rows/rows';
import { at, both, clear, copy, get, integer, pair, set, setPair, times } from './shared/vectors';

export {
  begin, binaryGradients, binaryHessians, float32Gradients, float32Hessians, forward, rowGradients, rowHessians,
} from './rows/passes';
export { allocate, blocks, gradients, logits, order, P, ranks, scores, values, x } from './rows/rows';

relaxRows(() => {}, weights, pullback, curvature, pullback, curvature);
relaxPairs(weighPair, pullPair, diagonalPair);

/**
 * P[r, c] = exp(-|x_r - x_c|): row r + 1 below the diagonal is row r times exp(x_r - x_{r + 1}), above it each entry is
 * its left one times a gap.
 */
function weights(): void {
  clear(P, (lastRow - firstRow) * stride);
  for (let r = firstRow; r < lastRow; r++) {
    const row = at(P, offset(r));
    if (r > 0) {
      const before = r == firstRow ? above : at(P, offset(r - 1));
      const gap = both(gaps, r - 1);
      for (let c = 0; c < r; c += 2) setPair(row, c, times(gap, pair(before, c)));
    }
    set(row, r, 1);
    for (let c = r + 1; c < n; c++) set(row, c, get(gaps, c - 1) * get(row, c - 1));
  }
  if (lastRow < n) copy(above, at(P, offset(lastRow - 1)), stride);
}

/**
 * g += sum_r J_r^T G[r, :]; J_r has d L[r, c] / d x_c = 1 for smaller and -1 for larger scores than x_r, and d L[r, c]
 * / d x_r the opposite.
 */
function pullback(): void {
  for (let r = firstRow; r < lastRow; r++) {
    const o = offset(r);
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

function curvature(): void {
  curvatureOf(pullRow, pullDiagonals);
}
