import type { Batch } from '../batch.js';

/**
 * Gradients (N, m) of which none is longer than `most`: a longer g_i becomes most g_i / |g_i|. The batch itself where
 * there is none; rows that are not finite stay as they are.
 */
export function clipNorms(G: Batch, most: number): Batch {
  const { rows: N, cols: m } = G;
  let data: Float64Array | undefined;
  for (let i = 0; i < N; i++) {
    const length = norm(G, i);
    if (!(length > most)) continue;
    data ??= G.data.slice();
    for (let k = i * m; k < (i + 1) * m; k++) data[k] *= most / length;
  }
  return data ? { rows: N, cols: m, data } : G;
}

/** |g_i| without overflow on the way; NaN where it is not finite. */
function norm({ cols: m, data }: Batch, i: number): number {
  let largest = 0;
  for (let k = i * m; k < (i + 1) * m; k++) largest = Math.max(largest, Math.abs(data[k]));
  if (!(largest > 0)) return largest;
  let sum = 0;
  for (let k = i * m; k < (i + 1) * m; k++) sum += (data[k] / largest) ** 2;
  return largest * Math.sqrt(sum);
}
