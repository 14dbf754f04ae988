/** Whether no entry is NaN or infinite. */
export function allFinite(values: Float64Array): boolean {
  let zero = 0;
  for (let k = 0; k < values.length; k++) zero += values[k]! * 0;
  return zero === 0;
}

/** Whether every entry is 0. */
export function allZero(values: Float64Array): boolean {
  for (let k = 0; k < values.length; k++) if (values[k] !== 0) return false;
  return true;
}
