import { clear } from '../vectors';
import { visitBarBounds } from './bounds';
import { area, iterations, take, turnAdjoints } from './grid';
import { productSweepNarrow, startProductNarrow } from './narrow-product-sweeps';
import { narrow } from './sweeps';
import { productSweepWide, startProductWide } from './wide-product-sweeps';

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
  visitBarBounds();
  if (narrow) startProductNarrow();
  else startProductWide();
  for (let t = iterations - 1; t > 0; t--) {
    if (narrow) productSweepNarrow(t);
    else productSweepWide(t);
    turnAdjoints();
    const after = zBarDot;
    zBarDot = zBarDotBefore;
    zBarDotBefore = after;
  }
}
