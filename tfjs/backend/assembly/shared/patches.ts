/**
 * The patches of pictures that a filter sees: with one a row, (positions, height * width * C), a convolution is a product
 * of matrices.
 */
import { add, at, copy, zeros } from './entries';

/**
 * Of one picture x (H, W, C) and a filter of `height` x `width`, whose first patch begins `top` above and `left` of the
 * picture and every other `down` and `right` of the one before, `across` in a row: the patches `from` to `end`, with zeros
 * beyond the picture.
 */
export function takePatches(
  x: usize,
  H: i32,
  W: i32,
  C: i32,
  height: i32,
  width: i32,
  down: i32,
  right: i32,
  top: i32,
  left: i32,
  across: i32,
  from: i32,
  end: i32,
  patches: usize,
): void {
  let to = patches;
  for (let p = from; p < end; p++) {
    const firstRow = (p / across) * down - top;
    const firstColumn = (p % across) * right - left;
    const before = min(width, max(0, -firstColumn)) * C;
    const inside = max(0, min(width, W - firstColumn) - max(0, -firstColumn)) * C;
    const after = width * C - before - inside;
    for (let i = 0; i < height; i++) {
      const row = firstRow + i;
      if (row < 0 || row >= H) {
        to = zeros(to, width * C);
      } else {
        to = zeros(to, before);
        to = copy(at(x, (row * W + max(0, firstColumn)) * C), to, inside);
        to = zeros(to, after);
      }
    }
  }
}

/** The transpose of `takePatches`: adds the patches to the picture that they are of. */
export function addPatches(
  x: usize,
  H: i32,
  W: i32,
  C: i32,
  height: i32,
  width: i32,
  down: i32,
  right: i32,
  top: i32,
  left: i32,
  across: i32,
  from: i32,
  end: i32,
  patches: usize,
): void {
  const length = width * C;
  let source = patches;
  for (let p = from; p < end; p++) {
    const firstRow = (p / across) * down - top;
    const firstColumn = (p % across) * right - left;
    const before = min(width, max(0, -firstColumn)) * C;
    const inside = max(0, min(width, W - firstColumn) - max(0, -firstColumn)) * C;
    for (let i = 0; i < height; i++, source = at(source, length)) {
      const row = firstRow + i;
      if (row < 0 || row >= H) continue;
      add(at(source, before), at(x, (row * W + max(0, firstColumn)) * C), inside);
    }
  }
}
