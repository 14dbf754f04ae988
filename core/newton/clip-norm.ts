import { type Batch, row } from '../batch.js';
import { norm } from '../linear-algebra/vectors.js';

/**
 * Gradients (N, m) of which none is longer than `most`: a longer g_i becomes most g_i / |g_i|. The batch itself where
 * there is none; rows that are not finite stay as they are.
 */
export function clipNorms(G: Batch, most: number): Batch {
  const { rows: N, cols: m } = G;
  let data: Float64Array | undefined;
  for (let i = 0; i < N; i++) {
    const length = norm(row(G, i));
    if (!(length > most)) continue;
    data ??= G.data.slice();
    for (let k = i * m; k < (i + 1) * m; k++) data[k] *= most / length;
  }
  return data ? { rows: N, cols: m, data } : G;
}
