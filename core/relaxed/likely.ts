import { rowStep } from '../autodiff/operand.js';
import type { Var } from '../autodiff/recording.js';

/** For each sample whether its p, one column, is above 1/2. */
export function likely(p: Var): Uint8Array {
  return samplesWhere(p, (value) => value > 0.5);
}

/** For each of the N samples, 1 where its one value is as wished. */
export function samplesWhere(p: Var, holds: (value: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: p.recording.rows }, (_, i) => Number(holds(p.value[i * rowStep(p)])));
}
