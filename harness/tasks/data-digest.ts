import { createHash } from 'node:crypto';

/** SHA-256, hexadecimal, of arrays with their shapes: the same for the same data, whichever files it comes from. */
export function dataDigest(shape: readonly number[], ...arrays: readonly NodeJS.ArrayBufferView[]): string {
  const hash = createHash('sha256').update(JSON.stringify(shape));
  for (const array of arrays) hash.update(array);
  return hash.digest('hex');
}
