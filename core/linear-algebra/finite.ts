/** Whether no entry is NaN or infinite. Four sums, so that additions do not wait for each other. */
export function allFinite(values: Float64Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 4 <= values.length; k += 4) {
    a += values[k] * 0;
    b += values[k + 1] * 0;
    c += values[k + 2] * 0;
    d += values[k + 3] * 0;
  }
  for (; k < values.length; k++) a += values[k] * 0;
  return a + b + (c + d) === 0;
}

/** Whether every entry is 0. */
export function allZero(values: Float64Array): boolean {
  for (let k = 0; k < values.length; k++) if (values[k] !== 0) return false;
  return true;
}
