import { integer, setInteger } from '../vectors';
import { barFirsts, barLasts, height, stride, width } from './grid';

/** Where dBar is not 0: from an odd column on in each row, so that cells are paired as in the sweeps. */
export function clearBounds(): void {
  for (let i = 0; i < height + 2; i++) {
    setInteger(barFirsts, i, width + 2);
    setInteger(barLasts, i, -1);
  }
}

/** Takes in the cells around v. */
export function widenBounds(v: i32): void {
  const i = v / stride;
  const j = v % stride;
  const first = ((max(1, j - 1) - 1) & ~1) + 1;
  const last = min(width, j + 1);
  for (let near = max(1, i - 1); near <= min(height, i + 1); near++) {
    setInteger(barFirsts, near, min(integer(barFirsts, near), first));
    setInteger(barLasts, near, max(integer(barLasts, near), last));
  }
}
