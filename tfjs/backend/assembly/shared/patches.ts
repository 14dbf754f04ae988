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

/** Patches by rows, of which the columns `before` and `after` are beyond the picture. */
@inline
function goThrough(x: usize, geometry: Geometry, from: i32, end: i32, patches: usize, take: bool): void {
  const C = geometry.C;
  const H = geometry.H;
  const W = geometry.W;
  const height = geometry.height;
  const width = geometry.width;
  for (let p = from, patch = patches; p < end; p++) {
    const firstRow = (p / geometry.outW) * geometry.down - geometry.top;
    const firstColumn = (p % geometry.outW) * geometry.right - geometry.left;
    const before = min(width, max(0, -firstColumn)) * C;
    const inside = max(0, min(width, W - firstColumn) - max(0, -firstColumn)) * C;
    const after = width * C - before - inside;
    for (let row = firstRow; row < firstRow + height; row++, patch = at(patch, width * C)) {
      const seen = row >= 0 && row < H;
      const place = at(x, (row * W + max(0, firstColumn)) * C);
      if (!take) {
        if (seen) add(at(patch, before), place, inside);
      } else if (!seen) {
        zeros(patch, width * C);
      } else {
        zeros(patch, before);
        copy(place, at(patch, before), inside);
        zeros(at(patch, before + inside), after);
      }
    }
  }
}
