import { integer, pairs, plusTimes, setTwo, two } from '../shared/vectors';
import { n } from './layout';
import { columns, H, items, rowOf, XDot } from './pair-layout';

/** Bytes of the lanes of a block that are summed before the next ones. */
const PANEL = 262144;

/** H += sum X. X.^T over the items that XDot has, a panel of lanes after the other. */
export function addGram(): void {
  const lanes = max(1, PANEL / <i32>pairs(items * columns));
  for (let begin = 0; begin < n; begin += lanes) {
    const end = min(n, begin + lanes);
    for (let left = 0; left < n; left += columns) {
      for (let right = left; right < n; right += columns) addTiles(begin, end, left, right);
    }
  }
}

/**
 * The entries between two blocks of scores, in tiles of 2 x 4 and 2 x 2 on and above the diagonal; of an odd number the last
 * row and column are done twice.
 */
function addTiles(begin: i32, end: i32, left: i32, right: i32): void {
  const bottom = min(n, left + columns);
  const edge = min(n, right + columns);
  for (let r = left; r < bottom; r += 2) {
    const s = min(r + 1, bottom - 1);
    const x = XDot + pairs(left * n * items + r - left);
    const y = XDot + pairs(right * (n * items - 1));
    let j = left == right ? r : right;
    for (; j + 4 <= edge; j += 4) addWideTile(begin, end, x, y + pairs(j), r, s, j);
    for (; j < edge; j += 2) addTile(begin, end, x, y + pairs(j), r, s, j, min(j + 1, edge - 1));
  }
}

/** Entries (r, j), (r, t), (s, j), (s, t) of the sum; x and y are where columns r and j are in the first row. */
function addTile(begin: i32, end: i32, x: usize, y: usize, r: i32, s: i32, j: i32, t: i32): void {
  const line = pairs(columns);
  const below = pairs(s - r);
  const beside = pairs(t - j);
  let rj = two(H, r * n + j);
  let rt = two(H, r * n + t);
  let sj = two(H, s * n + j);
  let st = two(H, s * n + t);
  for (let lane = begin; lane < end; lane++) {
    const rows = rowsFrom(lane);
    let a = x + rows;
    let b = y + rows;
    for (const last = a + pairs(items * columns); a < last; a += line, b += line) {
      const xr = v128.load(a);
      const xs = v128.load(a + below);
      const bj = v128.load(b);
      const bt = v128.load(b + beside);
      rj = plusTimes(xr, bj, rj);
      rt = plusTimes(xr, bt, rt);
      sj = plusTimes(xs, bj, sj);
      st = plusTimes(xs, bt, st);
    }
  }
  setTwo(H, r * n + j, rj);
  setTwo(H, r * n + t, rt);
  setTwo(H, s * n + j, sj);
  setTwo(H, s * n + t, st);
}

/** Entries (r, j ... j + 3) and (s, j ... j + 3). */
function addWideTile(begin: i32, end: i32, x: usize, y: usize, r: i32, s: i32, j: i32): void {
  const line = pairs(columns);
  const under = pairs(s - r);
  const above = H + pairs(r * n + j);
  const below = H + pairs(s * n + j);
  let r0 = two(above, 0);
  let r1 = two(above, 1);
  let r2 = two(above, 2);
  let r3 = two(above, 3);
  let s0 = two(below, 0);
  let s1 = two(below, 1);
  let s2 = two(below, 2);
  let s3 = two(below, 3);
  for (let lane = begin; lane < end; lane++) {
    const rows = rowsFrom(lane);
    let a = x + rows;
    let b = y + rows;
    for (const last = a + pairs(items * columns); a < last; a += line, b += line) {
      const xr = v128.load(a);
      const xs = v128.load(a + under);
      const b0 = v128.load(b);
      r0 = plusTimes(xr, b0, r0);
      s0 = plusTimes(xs, b0, s0);
      const b1 = v128.load(b, 16);
      r1 = plusTimes(xr, b1, r1);
      s1 = plusTimes(xs, b1, s1);
      const b2 = v128.load(b, 32);
      r2 = plusTimes(xr, b2, r2);
      s2 = plusTimes(xs, b2, s2);
      const b3 = v128.load(b, 48);
      r3 = plusTimes(xr, b3, r3);
      s3 = plusTimes(xs, b3, s3);
    }
  }
  setTwo(above, 0, r0);
  setTwo(above, 1, r1);
  setTwo(above, 2, r2);
  setTwo(above, 3, r3);
  setTwo(below, 0, s0);
  setTwo(below, 1, s1);
  setTwo(below, 2, s2);
  setTwo(below, 3, s3);
}

/** Where the rows of a lane begin, from those of the first row on. */
@inline
function rowsFrom(lane: i32): usize {
  return pairs(integer(rowOf, lane) * items * columns);
}
