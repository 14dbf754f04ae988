import { at, both, get, pair, plus, set, times } from './vectors';

/** Numbers of the rows that are summed before the next ones: half a megabyte, which stays in a second-level cache. */
const PANEL = 65536;

/** H += sum_k left[k]^T right[k] + right[k]^T left[k] over `count` rows of even width n, in tiles of 2 x 2 on and above the diagonal. */
export function symmetricRankSum(left: usize, right: usize, count: i32, n: i32, H: usize): void {
  const rows = max(1, PANEL / n);
  for (let k = 0; k < count; k += rows) addRankSum(at(left, k * n), at(right, k * n), min(rows, count - k), n, H);
}

function addRankSum(left: usize, right: usize, count: i32, n: i32, H: usize): void {
  for (let a = 0; a < n; a += 2) {
    for (let b = a; b < n; b += 2) {
      let h0 = f64x2.splat(0);
      let h1 = f64x2.splat(0);
      for (let k = 0, o = 0; k < count; k++, o += n) {
        const l = pair(left, o + b);
        const r = pair(right, o + b);
        h0 = plus(h0, plus(times(both(left, o + a), r), times(both(right, o + a), l)));
        h1 = plus(h1, plus(times(both(left, o + a + 1), r), times(both(right, o + a + 1), l)));
      }
      addTile(H, n, a, b, h0, h1);
    }
  }
}

/** Adds rows (a, b..b+1) and (a + 1, b..b+1), and their mirror image off the diagonal. */
function addTile(H: usize, n: i32, a: i32, b: i32, h0: v128, h1: v128): void {
  add(H, a * n + b, v128.extract_lane<f64>(h0, 0));
  add(H, a * n + b + 1, v128.extract_lane<f64>(h0, 1));
  add(H, (a + 1) * n + b, v128.extract_lane<f64>(h1, 0));
  add(H, (a + 1) * n + b + 1, v128.extract_lane<f64>(h1, 1));
  if (a == b) return;
  add(H, b * n + a, v128.extract_lane<f64>(h0, 0));
  add(H, (b + 1) * n + a, v128.extract_lane<f64>(h0, 1));
  add(H, b * n + a + 1, v128.extract_lane<f64>(h1, 0));
  add(H, (b + 1) * n + a + 1, v128.extract_lane<f64>(h1, 1));
}

function add(H: usize, index: i32, value: f64): void {
  set(H, index, get(H, index) + value);
}
