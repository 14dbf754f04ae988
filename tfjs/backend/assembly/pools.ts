/** Max-pooling backwards, on the heap of tfjs's wasm backend. Addresses are in bytes. */
import { at } from './shared/entries';
import { Geometry } from './shared/geometry';

/**
 * dx of the pictures `first` to `end`: each entry of dy (N, outH, outW, C) goes to the largest entry of its window in x, the
 * first one among equals.
 */
export function scatterToMaxima(
  first: i32,
  end: i32,
  _scratch: usize,
  geometry: Geometry,
  x: usize,
  dy: usize,
  dx: usize,
): void {
  const C = geometry.C;
  const W = geometry.W;
  for (let n = first, from = at(dy, first * geometry.positions * C); n < end; n++) {
    const picture = n * geometry.picture;
    memory.fill(at(dx, picture), 0, (<usize>geometry.picture) << 2);
    for (let p = 0; p < geometry.outH; p++) {
      const top = p * geometry.down - geometry.top;
      const row = max(0, top);
      const rows = min(geometry.H, top + geometry.height) - row;
      for (let q = 0; q < geometry.outW; q++, from = at(from, C)) {
        const left = q * geometry.right - geometry.left;
        const column = max(0, left);
        const columns = min(W, left + geometry.width) - column;
        scatterWindow(x, from, dx, picture + (row * W + column) * C, rows, columns, W, C);
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
