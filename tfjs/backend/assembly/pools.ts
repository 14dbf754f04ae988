/** Max-pooling backwards, on the heap of tfjs's wasm backend. Addresses are in bytes. */
import { at } from './shared/entries';

/**
 * dx of the pictures `first` to `end`, x (N, H, W, C): each entry of dy (N, outH, outW, C) goes to the largest entry of its
 * window, the first one among equals. Windows are of `height` x `width`, `down` and `right` of each other; the first begins `top`
 * above and `left` of the picture.
 */
export function scatterToMaxima(
  first: i32,
  end: i32,
  _scratch: usize,
  x: usize,
  dy: usize,
  dx: usize,
  H: i32,
  W: i32,
  C: i32,
  outH: i32,
  outW: i32,
  height: i32,
  width: i32,
  down: i32,
  right: i32,
  top: i32,
  left: i32,
): void {
  const picture = H * W * C;
  for (let n = first, from = at(dy, first * outH * outW * C); n < end; n++) {
    memory.fill(at(dx, n * picture), 0, (<usize>picture) << 2);
    for (let p = 0; p < outH; p++) {
      const firstRow = max(0, p * down - top);
      const rows = min(H, p * down - top + height) - firstRow;
      for (let q = 0; q < outW; q++, from = at(from, C)) {
        const firstColumn = max(0, q * right - left);
        const columns = min(W, q * right - left + width) - firstColumn;
        scatterWindow(x, from, dx, n * picture + (firstRow * W + firstColumn) * C, rows, columns, W, C);
      }
    }
  }
}

/** Of the window that begins at entry `corner`, for all channels. */
function scatterWindow(x: usize, dy: usize, dx: usize, corner: i32, rows: i32, columns: i32, W: i32, C: i32): void {
  let c = 0;
  for (; c + 4 <= C; c += 4) {
    let best = i32x4.splat(corner);
    let largest = v128.load(at(x, corner + c));
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const entry = corner + (i * W + j) * C;
        const value = v128.load(at(x, entry + c));
        const larger = f32x4.gt(value, largest);
        largest = v128.bitselect(value, largest, larger);
        best = v128.bitselect(i32x4.splat(entry), best, larger);
      }
    }
    addTo(at(dx, i32x4.extract_lane(best, 0) + c), load<f32>(at(dy, c)));
    addTo(at(dx, i32x4.extract_lane(best, 1) + c + 1), load<f32>(at(dy, c + 1)));
    addTo(at(dx, i32x4.extract_lane(best, 2) + c + 2), load<f32>(at(dy, c + 2)));
    addTo(at(dx, i32x4.extract_lane(best, 3) + c + 3), load<f32>(at(dy, c + 3)));
  }
  for (; c < C; c++) {
    let best = corner;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const entry = corner + (i * W + j) * C;
        if (load<f32>(at(x, entry + c)) > load<f32>(at(x, best + c))) best = entry;
      }
    }
    addTo(at(dx, best + c), load<f32>(at(dy, c)));
  }
}

@inline
function addTo(to: usize, value: f32): void {
  store<f32>(to, load<f32>(to) + value);
}
