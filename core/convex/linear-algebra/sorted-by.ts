/** The numbers `from`, or all, in ascending order of their keys, 0 to below `most`; of equal keys as they came. */
export function sortedBy(keys: Int32Array, most: number, from: Int32Array = Int32Array.from(keys.keys())): Int32Array {
  const next = new Int32Array(most + 1);
  for (const key of keys) next[key + 1]++;
  for (let key = 0; key < most; key++) next[key + 1] += next[key];
  const out = new Int32Array(keys.length);
  for (const k of from) out[next[keys[k]]++] = k;
  return out;
}
