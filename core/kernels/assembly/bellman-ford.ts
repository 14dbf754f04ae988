import { layOutAdjointWalk, walkBack } from './bellman-ford/adjoint-walk';
import { cBarDot, layOutDerivatives } from './bellman-ford/derivative-planes';
import { area, beta, cBar, fillConstants, fromPlane, gradient, height, layOutGrid, stride, vector, width } from './bellman-ford/grid';
import { layOutLinks } from './bellman-ford/links';
import { layOutNarrowAdjoints } from './bellman-ford/narrow-adjoint-sweeps';
import { layOutNarrowProducts } from './bellman-ford/narrow-product-sweeps';
import { layOutNarrowTangents } from './bellman-ford/narrow-tangent-sweeps';
import { layOutProductWalk, walkBackWithTangents } from './bellman-ford/product-walk';
import { relax, relaxBack, relaxBackWithTangents, relaxTangents } from './bellman-ford/sweeps';
import { layOutTangentWalk, walkTangents } from './bellman-ford/tangent-walk';
import { expected, expectedBar, layOutWalk, walk } from './bellman-ford/walk';
import { layOutWideProducts } from './bellman-ford/wide-product-sweeps';
import { grow } from './shared/memory';
import { clear, get, set } from './shared/vectors';

export { configure, costs, gradient, path, vector } from './bellman-ford/grid';

/** Whether there was the memory. */
export function allocate(rows: i32, columns: i32, iterations: i32): bool {
  layOutGrid(rows, columns, iterations);
  layOutNarrowAdjoints();
  layOutLinks();
  layOutWalk();
  layOutAdjointWalk();
  layOutDerivatives();
  layOutNarrowTangents();
  layOutTangentWalk();
  layOutNarrowProducts();
  layOutWideProducts();
  layOutProductWalk();
  if (!grow()) return false;
  fillConstants();
  return true;
}

/** The value of the sample whose costs and path are set; its gradient goes to `gradient`. */
export function valueAndGradient(): f64 {
  relax();
  const value = walk();
  walkBack();
  relaxBack();
  fromPlane(cBar, beta, gradient);
  return value;
}

/** The expected path of the sample whose costs are set, to `gradient`. */
export function softPath(): void {
  relax();
  walk();
  fromPlane(expected, 1, gradient);
}

/** After that, the gradient of the expected path at one cell, to `gradient`. */
export function pathGradient(cell: i32): void {
  clear(expectedBar, area);
  set(expectedBar, (cell / width + 1) * stride + (cell % width) + 1, 1);
  walkBack();
  relaxBack();
  fromPlane(cBar, beta, gradient);
}

/** The Hessian of that sample times `vector`, to `gradient`. */
export function product(): void {
  let size: f64 = 0;
  for (let k = 0; k < height * width; k++) size = max(size, Math.abs(get(vector, k)));
  if (size == 0) return clear(gradient, height * width);
  relax();
  walk();
  relaxTangents(1 / size); // of size beta, lest weights times tangents overflow
  walkTangents();
  walkBackWithTangents();
  relaxBackWithTangents();
  fromPlane(cBarDot, beta * size, gradient);
}
