import { type Batch, type Rng, zeros } from '../../core/index.js';

/**
 * Sum-of-Gamma noise: the sum of k independent draws tends to a Gumbel draw as the terms go to infinity, so that a
 * solution of k ones has Gumbel noise on its objective, as perturb-and-MAP asks for. With g_i of the Gamma distribution
 * of shape 1 / k,
 *
 *     Z = sum_{i = 1}^{terms} (g_i - 1 / k) / i        mean 0, variance sum 1 / (k i^2)
 *
 * Writes (S, m) for each of N samples, the noise of sample i from `rng.split(i)` and of size k[i] >= 1. O(N S m terms).
 */
export function drawSumOfGamma(rng: Rng, k: ArrayLike<number>, samples: number, m: number, terms: number): Batch {
  const z = zeros(k.length * samples, m);
  for (let i = 0, at = 0; i < k.length; i++) {
    const uniform = inBlocks(rng.split(i));
    const shape = 1 / k[i];
    for (let end = at + samples * m; at < end; at++) {
      for (let term = 1; term <= terms; term++) z.data[at] += (drawGamma(uniform, shape) - shape) / term;
    }
  }
  return z;
}

/** The uniforms of a stream that serves nothing else, drawn many at a time. */
function inBlocks(rng: Rng): () => number {
  const block = new Float64Array(1024);
  let next = block.length;
  return () => {
    if (next === block.length) {
      rng.uniforms(block);
      next = 0;
    }
    return block[next++];
  };
}

/**
 * A draw of the Gamma distribution with shape a in (0, 1] and scale 1, by rejection: Ahrens and Dieter, Computer
 * Methods for Sampling from Gamma, Beta, Poisson and Binomial Distributions, Computing 12, 1974, algorithm GS. At most
 * 1.4 tries in the mean.
 */
export function drawGamma(uniform: () => number, a: number): number {
  const b = 1 + a / Math.E;
  for (;;) {
    const p = b * uniform();
    const u = uniform();
    if (p <= 1) {
      const x = Math.exp(Math.log(p) / a); // quicker than p ** (1 / a)
      if (u <= 1 - x || u <= Math.exp(-x)) return x;
    } else {
      const x = -Math.log((b - p) / a);
      if (u <= Math.exp((a - 1) * Math.log(x))) return x;
    }
  }
}
