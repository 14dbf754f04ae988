import { LossError } from '../../errors.js';

/** The most entries of one matrix of a program: with what else is kept for each, about 2 GB. */
const LARGEST = 2 ** 24;

/** UNSUPPORTED, before anything is allocated, where that many entries would not fit in memory. */
export function checkEntries(count: number, what: string): void {
  if (count <= LARGEST) return;
  throw new LossError('UNSUPPORTED', `convex program: too large: ${what} take ${count} entries; at most ${LARGEST}`);
}
