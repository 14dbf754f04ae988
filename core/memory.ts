import { LossError } from './errors.js';
import { reasonOf } from './messages.js';

/** What `make` allocates; UNSUPPORTED, naming what it is, where there is not the memory. */
export function allocated<T>(what: () => string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw isAllocationFailure(error) ? tooLarge(what(), error) : error;
  }
}

export function tooLarge(what: string, cause: unknown): LossError {
  const reason = reasonOf(cause instanceof LossError ? cause.cause : cause);
  return new LossError('UNSUPPORTED', `${what} takes more memory than there is (${reason})`, { cause });
}

const FAILURES =
  /\ballocation failed|Invalid (typed )?array (buffer )?length|Invalid string length|(Map|Set) maximum size/;

/**
 * Whether that is what the engine throws for arrays and memories that are too large, or what `allocated` made of it.
 */
export function isAllocationFailure(error: unknown): boolean {
  if (error instanceof LossError) return isAllocationFailure(error.cause);
  if (!(error instanceof Error)) return false;
  return (error instanceof RangeError && FAILURES.test(error.message)) ||
    error.message.startsWith('WebAssembly.Memory');
}
