/**
 * A copy of plain data, as targets are: arrays and objects are copied all the way down, and what cannot be written to
 * is taken as it is. Far quicker than `structuredClone` for the small arrays that it is meant for.
 */
export function plainCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return copyOfArray(value) as T;
  if (ArrayBuffer.isView(value)) return structuredClone(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainCopy<unknown>(inner)])) as T;
}

function copyOfArray(values: readonly unknown[]): unknown[] {
  const copy = values.slice();
  for (let k = 0; k < copy.length; k++) {
    if (typeof copy[k] === 'object') copy[k] = plainCopy(copy[k]);
  }
  return copy;
}
