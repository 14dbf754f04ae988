import type { Capabilities } from '../loss.js';

/**
 * How a soft permutation matrix is compared with the true one: `binary` cross-entropy of each entry, exact; the same as
 * PyTorch computes it in `float32`, spikes included; or the cross-entropy of each `row`.
 */
export type CrossEntropy = 'binary' | 'float32' | 'row';

export const crossEntropySchema = { type: 'string', enum: ['binary', 'float32', 'row'], default: 'binary' } as const;

/** Rounding makes the float32 variant neither smooth nor the exact derivative of its own value. */
export function crossEntropyCapabilities(crossEntropy: CrossEntropy): Partial<Capabilities> {
  return crossEntropy === 'float32' ? { gradient: 'surrogate', hessian: 'estimate' } : {};
}

/** What every loss on a soft permutation promises. */
export const sortingCapabilities: Capabilities = {
  gradient: 'exact',
  hessian: 'exact',
  convex: false,
  nonnegative: true,
  deterministic: true,
  fisher: true,
};

/** A ranking target: the 0-based ascending rank of each item, equal items sharing their lowest rank. */
export const ranksSchema = { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 2 } as const;
