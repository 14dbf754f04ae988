import { instantiate, random } from '../kernels/kernels.js';
import { forEachPart } from '../kernels/parts.js';

/** Numbers that a kernel makes at a time, a multiple of 16. */
const CHUNK = 4096;

let workspace: ReturnType<typeof createWorkspace> | undefined;

function createWorkspace() {
  const { kernel, float64 } = instantiate(random, ({ allocate }) => allocate(CHUNK));
  return {
    kernel,
    values: float64(kernel.values, CHUNK),
    quantiles: float64(kernel.quantiles, CHUNK),
    centre: float64(kernel.centre, CHUNK),
  };
}

/**
 * Fills `out` with the uniforms number first, first + 1, ... of the stream with key (k0, k1): the same bits as one by
 * one (core/random/rng.ts).
 */
export function fillUniforms(k0: number, k1: number, first: number, out: Float64Array): void {
  const { values, kernel } = (workspace ??= createWorkspace());
  for (let from = 0; from < out.length;) {
    const low = (first + from) % 2 ** 32;
    const count = Math.min(CHUNK, out.length - from, 2 ** 32 - low);
    kernel.uniforms(k0, k1, low | 0, Math.floor((first + from) / 2 ** 32), Math.ceil(count / 16) * 16);
    out.set(values.subarray(0, count), from);
    from += count;
  }
}

/**
 * The standard normal quantiles of probabilities in (0, 1), as `normalQuantile` gives them up to the last bit; `out`
 * may be `p`.
 */
export function normalQuantiles(p: Float64Array, out: Float64Array): void {
  const { values, quantiles, kernel } = (workspace ??= createWorkspace());
  for (let from = 0; from < p.length; from += CHUNK) {
    const count = Math.min(CHUNK, p.length - from);
    values.set(p.subarray(from, from + count));
    kernel.normalQuantiles(count + (count % 2));
    out.set(quantiles.subarray(0, count), from);
  }
}

/** Writes y + sigma z to `out` for each row z of (S, m), as JavaScript computes it; `out` may be `z`. */
export function perturbRows(y: Float64Array, z: Float64Array, sigma: number, out: Float64Array): void {
  const { values, centre, kernel } = (workspace ??= createWorkspace());
  forEachPart(z.length, y.length, CHUNK, (from, count, j, width) => {
    centre.set(y.subarray(j, j + width));
    values.set(z.subarray(from, from + count));
    kernel.perturb(count, width, sigma);
    out.set(values.subarray(0, count), from);
  });
}
