import { relaxBack } from './adjoint-sweeps';
import { layOutAdjointWalk, walkBack } from './adjoint-walk';
import { cBar, fromPlane, gradient, layOutGrid, openGrid } from './grid';
import { cBarDot, layOutProductSweeps, relaxBackWithTangents } from './product-sweeps';
import { layOutProductWalk, walkBackWithTangents } from './product-walk';
import { relax } from './sweeps';
import { layOutTangents, relaxTangents } from './tangent-sweeps';
import { layOutTangentWalk, walkTangents } from './tangent-walk';
import { expected, layOutWalk, walk } from './walk';

/** Lays out the arrays; whether there is the memory. */
export function allocateGrid(rows: i32, columns: i32, iterations: i32): bool {
  layOutGrid(rows, columns, iterations);
  layOutWalk();
  layOutAdjointWalk();
  layOutTangents();
  layOutTangentWalk();
  layOutProductSweeps();
  layOutProductWalk();
  return openGrid();
}

/** The value of the sample whose costs and path are set; its gradient goes to `gradient`. */
export function gridGradient(): f64 {
  relax();
  const value = walk();
  walkBack();
  relaxBack();
  fromPlane(cBar, gradient);
  return value;
}

/** The expected path of the sample whose costs are set, to `gradient`. */
export function gridSoftPath(): void {
  relax();
  walk();
  fromPlane(expected, gradient);
}

/** The Hessian of that sample times `vector`, to `gradient`. */
export function gridProduct(): void {
  relax();
  walk();
  relaxTangents();
  walkTangents();
  walkBackWithTangents();
  relaxBackWithTangents();
  fromPlane(cBarDot, gradient);
}
