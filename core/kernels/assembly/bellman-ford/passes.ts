import { clear, get, set } from '../vectors';
import { layOutAdjointWalk, walkBack } from './adjoint-walk';
import { cBarDot, layOutDerivatives } from './derivative-planes';
import { area, beta, cBar, fromPlane, gradient, height, layOutGrid, openGrid, stride, vector, width } from './grid';
import { layOutLinks } from './links';
import { layOutNarrowAdjoints } from './narrow-adjoint-sweeps';
import { layOutNarrowProducts } from './narrow-product-sweeps';
import { layOutNarrowTangents } from './narrow-tangent-sweeps';
import { layOutProductWalk, walkBackWithTangents } from './product-walk';
import { relax, relaxBack, relaxBackWithTangents, relaxTangents } from './sweeps';
import { layOutTangentWalk, walkTangents } from './tangent-walk';
import { expected, expectedBar, layOutWalk, walk } from './walk';
import { layOutWideProducts } from './wide-product-sweeps';

/** Lays out the arrays; whether there is the memory. */
export function allocateGrid(rows: i32, columns: i32, iterations: i32): bool {
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
  return openGrid();
}

/** The value of the sample whose costs and path are set; its gradient goes to `gradient`. */
export function gridGradient(): f64 {
  relax();
  const value = walk();
  walkBack();
  relaxBack();
  fromPlane(cBar, beta, gradient);
  return value;
}

/** The expected path of the sample whose costs are set, to `gradient`. */
export function gridSoftPath(): void {
  relax();
  walk();
  fromPlane(expected, 1, gradient);
}

/** After that, the gradient of the expected path at one cell, to `gradient`. */
export function gridPathGradient(cell: i32): void {
  clear(expectedBar, area);
  set(expectedBar, (cell / width + 1) * stride + (cell % width) + 1, 1);
  walkBack();
  relaxBack();
  fromPlane(cBar, beta, gradient);
}

/** The Hessian of that sample times `vector`, to `gradient`. */
export function gridProduct(): void {
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
