import { totalmem } from 'node:os';
import { LossError } from '../../core/errors.js';

/** What a typed array of Node 20 and the memory of WebAssembly can hold. */
export const LARGEST_ARRAY = 2 ** 32;

/** Bytes of memory: those of the machine, or what its container allows. */
export function memoryThere(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Infinity);
}

/** UNSUPPORTED, before anything is allocated, where `bytes` are more than can be had; `what` takes them. */
export function checkMemory(what: string, bytes: number, most = memoryThere()): void {
  if (bytes <= most) return;
  throw new LossError(
    'UNSUPPORTED',
    `${what} would take ${inGigabytes(bytes)}, more than the ${inGigabytes(most)} that can be had`,
  );
}

function inGigabytes(bytes: number): string {
  return `${Number((bytes / 2 ** 30).toPrecision(3))} GB`;
}
