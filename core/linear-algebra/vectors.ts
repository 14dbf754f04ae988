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

/** |x|, also where squares of its entries overflow or underflow; NaN where it is not finite. */
export function norm(x: Float64Array): number {
  const unit = largest(x);
  if (!(unit > 0)) return unit;
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += (x[j] / unit) ** 2;
  return unit * Math.sqrt(sum);
}

/** Vectors of zeros in one buffer: many small buffers keep a garbage collector busy. */
export function vectorsOf(...lengths: readonly number[]): Float64Array[] {
  const all = new Float64Array(lengths.reduce((sum, length) => sum + length, 0));
  let from = 0;
  return lengths.map((length) => all.subarray(from, from += length));
}

/** Whether no entry is NaN or infinite. Four sums, so that additions do not wait for each other. */
export function allFinite(values: Float64Array): boolean {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const n = values.length; // read at every turn it would take most of the time
  const whole = n - (n % 4);
  for (let k = 0; k < whole; k += 4) {
    a += values[k] * 0;
    b += values[k + 1] * 0;
    c += values[k + 2] * 0;
    d += values[k + 3] * 0;
  }
  for (let k = whole; k < n; k++) a += values[k] * 0;
  return a + b + (c + d) === 0;
}

/** Whether every entry is 0. */
export function allZero(values: Float64Array): boolean {
  for (let k = 0; k < values.length; k++) if (values[k] !== 0) return false;
  return true;
}
