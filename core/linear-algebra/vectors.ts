/** <a, b> */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}

/** y += scale x */
export function addScaled(scale: number, x: Float64Array, y: Float64Array): void {
  for (let j = 0; j < x.length; j++) y[j] += scale * x[j];
}

/** max_j |x_j|, 0 of none */
export function largest(x: Float64Array): number {
  let most = 0;
  for (let j = 0; j < x.length; j++) most = Math.max(most, Math.abs(x[j]));
  return most;
}

/** Vectors of zeros in one buffer: many small buffers keep a garbage collector busy. */
export function vectorsOf(...lengths: readonly number[]): Float64Array[] {
  const all = new Float64Array(lengths.reduce((sum, length) => sum + length, 0));
  let from = 0;
  return lengths.map((length) => all.subarray(from, from += length));
}
