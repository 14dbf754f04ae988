import { type Design } from './sampling.js';

/**
 * What is subtracted from f at a draw, for less variance: nothing; the `value` without noise; or the mean over the draws that are independent
 * of it. Being independent of the draw's own noise, whose scores have mean 0, none of it changes the mean of an estimate.
 */
export const variateNames = ['none', 'value', 'leave-one-out'] as const;
export type Variate = (typeof variateNames)[number];

export const variateSchema = {
  type: 'string',
  enum: variateNames,
  default: 'value',
  description: 'control variate: none, the value without noise (one solution more), or the mean of the draws that are independent of each',
} as const;

/**
 * (N S), in place: f_s - b_s, with b the control variate of each draw; `centre` (N) is f without noise, for `value`.
 *
 *     leave-one-out:  b_s = mean of f_r over the draws r of all blocks but that of s
 */
export function subtractVariate(f: Float64Array, design: Design, variate: Variate, centre: Float64Array | undefined): void {
  const { samples } = design;
  for (let i = 0, from = 0; from < f.length; i++, from += samples) {
    if (variate === 'value') for (let s = from; s < from + samples; s++) f[s]! -= centre![i]!;
    if (variate === 'leave-one-out') subtractOthers(f, from, design);
  }
}

function subtractOthers(f: Float64Array, from: number, { samples, block }: Design): void {
  const all = sumOf(f, from, from + samples);
  for (let start = from; start < from + samples; start += block) {
    const end = Math.min(start + block, from + samples);
    const others = (all - sumOf(f, start, end)) / (samples - (end - start));
    for (let s = start; s < end; s++) f[s]! -= others;
  }
}

function sumOf(f: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let s = from; s < to; s++) sum += f[s]!;
  return sum;
}
