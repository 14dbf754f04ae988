/** The patches of pictures: with one a row, (positions, length), a convolution is a product of matrices. */
import { add, at, copy, zeros } from './entries';
import { Geometry } from './geometry';

/** The patches `from` to `end` of the picture at x, with zeros beyond it. */
export function takePatches(x: usize, geometry: Geometry, from: i32, end: i32, patches: usize): void {
  goThrough(x, geometry, from, end, patches, true);
}

/** The transpose of `takePatches`: adds the patches to the picture that they are of. */
export function addPatches(x: usize, geometry: Geometry, from: i32, end: i32, patches: usize): void {
  goThrough(x, geometry, from, end, patches, false);
}

/** Patches one by one; those at the border of the picture are cut. */
@inline
function goThrough(x: usize, geometry: Geometry, from: i32, end: i32, patches: usize, take: bool): void {
  const C = geometry.C;
  const H = geometry.H;
  const W = geometry.W;
  const outW = geometry.outW;
  const height = geometry.height;
  const wide = geometry.width * C;
  const bottom = H - height;
  const right = (W - geometry.width) * C;
  const size = (<usize>(height * wide)) << 2;
  let row = (from / outW) * geometry.down - geometry.top;
  let q = from % outW;
  for (let p = from, patch = patches; p < end; p++, patch += size) {
    const column = (q * geometry.right - geometry.left) * C;
    if (row >= 0 && row <= bottom && column >= 0 && column <= right) {
      for (let i = 0; i < height; i++) {
        const place = at(x, (row + i) * W * C + column);
        if (take) copy(place, at(patch, i * wide), wide);
        else add(at(patch, i * wide), place, wide);
      }
    } else {
      goThroughCut(x, H, W * C, row, column, height, wide, patch, take);
    }
    if (++q == outW) {
      q = 0;
      row += geometry.down;
    }
  }
}

/** A patch by rows, of which the entries `before` and `after` are beyond the picture, H rows of `line` entries. */
function goThroughCut(
  x: usize,
  H: i32,
  line: i32,
  row: i32,
  column: i32,
  height: i32,
  wide: i32,
  patch: usize,
  take: bool,
): void {
  const before = min(wide, max(0, -column));
  const inside = max(0, min(wide, line - column) - max(0, -column));
  const after = wide - before - inside;
  for (const end = row + height; row < end; row++, patch = at(patch, wide)) {
    const seen = row >= 0 && row < H;
    const place = at(x, row * line + max(0, column));
    if (!take) {
      if (seen) add(at(patch, before), place, inside);
    } else if (!seen) {
      zeros(patch, wide);
    } else {
      zeros(patch, before);
      copy(place, at(patch, before), inside);
      zeros(at(patch, before + inside), after);
    }
  }
}
