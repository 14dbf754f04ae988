import { batchOf } from '../core/batch.js';
import { meanOfRows } from '../core/linear-algebra/gram.js';
import { openRegistry } from '../node/open-registry.js';
import { createRng } from '../core/random/rng.js';
import type { Contenders, SortingCase } from './protocol.js';

/** The loss as the registry hands it out, checks included, from scores to value, gradient and batch-mean Hessian. */
export async function sortingContenders({ loss: name, params, order, y, ranks }: SortingCase): Promise<Contenders> {
  const loss = await (await openRegistry()).create(name, params);
  const batch = batchOf(y);
  const N = batch.rows;
  const rng = createRng(0);
  const mean = (values: Float64Array, width: number): Float64Array => meanOfRows(values, N, width);
  return {
    float64: () =>
      Promise.resolve(() => {
        const e = loss.evaluate(batch, ranks, rng);
        const first = [mean(e.value, 1), e.gradient().data];
        return order === 'gradient' ? first : [...first, e.hessian!().mean()];
      }),
  };
}
