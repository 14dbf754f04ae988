import type { Design } from './sampling.js';

/**
 * What is subtracted from f at a draw, for less variance: nothing; the `value` without noise; or the mean over the
 * draws that are independent of it. Being independent of the draw's own noise, whose scores have mean 0, none of it
 * changes the mean of an estimate.
 */
export const variateNames = ['none', 'value', 'leave-one-out'] as const;
export type Variate = (typeof variateNames)[number];

export const variateSchema = {
  type: 'string',
  enum: variateNames,
  default: 'value',
  description:
    'control variate: none, the value without noise (one solution more), or the mean of the draws that are independent of each',
} as const;

/**
 * (N S, m), in place: f_s - b_s for vectors f_s of m entries, with b the control variate of each draw; `centre` (N, m)
 * is f without noise, for `value`.
 *
 *     leave-one-out:  b_s = mean of f_r over the draws r of all blocks but that of s
 */
export function subtractVariate(
  f: Float64Array,
  design: Design,
  variate: Variate,
  centre: Float64Array | undefined,
  m = 1,
): void {
  const size = design.samples * m;
  for (let i = 0; i < f.length / size; i++) {
    const draws = f.subarray(i * size, (i + 1) * size);
    if (variate === 'value') { for (let k = 0; k < size; k++) draws[k] -= centre![i * m + (k % m)]; }
    if (variate === 'leave-one-out') { for (let j = 0; j < m; j++) subtractOthers(draws, design, j, m); }
  }
}

/** Entry j of each draw of one sample. */
function subtractOthers(f: Float64Array, { samples, block }: Design, j: number, m: number): void {
  const all = sumOf(f, j, samples * m, m);
  for (let start = 0; start < samples; start += block) {
    const end = Math.min(start + block, samples);
    const others = (all - sumOf(f, start * m + j, end * m, m)) / (samples - (end - start));
    for (let k = start * m + j; k < end * m; k += m) f[k] -= others;
  }
}

function sumOf(f: Float64Array, from: number, to: number, stride: number): number {
  let sum = 0;
  for (let k = from; k < to; k += stride) sum += f[k];
  return sum;
}
