/** y += scale times the entries of A from `from`. */
export function addRow(A: Float64Array, from: number, scale: number, y: Float64Array): void {
  for (let j = 0; j < y.length; j++) y[j] += scale * A[from + j];
}

/** The inner product of x with the entries of A from `from`. */
export function rowTimes(A: Float64Array, from: number, x: Float64Array): number {
  return partTimes(A, from, x, 0, x.length);
}

/** The inner product of `size` entries of a and b; two sums, so that neither waits for the other. */
export function partTimes(a: Float64Array, from: number, b: Float64Array, at: number, size: number): number {
  let [even, odd] = [0, 0];
  let i = 0;
  for (; i + 1 < size; i += 2) {
    even += a[from + i] * b[at + i];
    odd += a[from + i + 1] * b[at + i + 1];
  }
  return i < size ? even + odd + a[from + i] * b[at + i] : even + odd;
}
