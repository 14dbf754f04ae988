import type { Rng } from '../core/random/rng.js';

/**
 * An rng whose row k has the stream that row `rowOf(k)` has in `rng`, so that rows can be evaluated in another place.
 * It can only be split, since all noise of row k should come from `rng.split(k)`.
 */
export function rerouted(rng: Rng, rowOf: (k: number) => number): Rng {
  const refuse = (): never => {
    throw new RangeError('evaluate should draw the noise of row i from rng.split(i), got a draw from rng itself');
  };
  return {
    uniform: refuse,
    uniforms: refuse,
    normal: refuse,
    gumbel: refuse,
    integer: refuse,
    permutation: refuse,
    split: (k) => rng.split(rowOf(k)),
  };
}
