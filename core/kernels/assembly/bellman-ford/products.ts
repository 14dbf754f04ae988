import { clear } from '../vectors';
import { area, iterations, take, turnAdjoints } from './grid';
import { productSweepNarrow } from './narrow-product-sweeps';
import { narrow } from './sweeps';
import { productSweepWide } from './wide-product-sweeps';

/** Derivatives of the adjoints of the sweeps along `vector`, marked with a dot. */
export let cBarDot: usize = 0;
export let zBarDot: usize = 0;
export let zBarDotBefore: usize = 0;

export function layOutProducts(): void {
  cBarDot = take(area);
  zBarDot = take(area);
  zBarDotBefore = take(area);
}

/** From the adjoints of the last distances and their derivatives, in zBar and zBarDot, to cBarDot. */
export function relaxBackWithTangents(): void {
  clear(cBarDot, area);
  for (let t = iterations - 1; t > 0; t--) {
    if (narrow) productSweepNarrow(t);
    else productSweepWide(t);
    turnAdjoints();
    const after = zBarDot;
    zBarDot = zBarDotBefore;
    zBarDotBefore = after;
  }
}
