import { type Batch, row } from '../batch.js';
import type { Loss } from '../loss.js';
import type { DistanceName } from './solution-distance.js';
import type { Rng } from '../random/rng.js';
import type { Algorithm, CheckedAlgorithm } from '../algorithms/algorithm.js';

/** 1 where costs are minimised, -1 where scores are maximised: w minimises sign <y, w>. */
export function costSign({ sense }: Algorithm): 1 | -1 {
  return sense === 'minimise' ? 1 : -1;
}

/**
 * The members of a loss whose targets are solutions. Under the Hamming distance entries are in [0, 1]; else any number
 * goes.
 */
export function solutionTargets(
  algorithm: CheckedAlgorithm,
  distance?: DistanceName,
): Pick<Loss<number[]>, 'outputs' | 'reject'> {
  return {
    ...(algorithm.inputs !== undefined && { outputs: algorithm.inputs }),
    reject(t, m) {
      const length = algorithm.outputs(m);
      if (t.length !== length) {
        return `should have ${length} entries, as solutions of ${algorithm.plugin.name} for ${m} costs, got ${t.length}`;
      }
      const j = distance === 'hamming' ? t.findIndex((tj) => tj < 0 || tj > 1) : -1;
      return j < 0
        ? undefined
        : `should have entries in [0, 1] for the Hamming distance ('squared' takes any), got ${t[j]} at ${j}`;
    },
  };
}

/** The algorithm's own typical costs, and solutions of others as targets. */
export function sampleSolutions(
  algorithm: CheckedAlgorithm,
  rng: Rng,
  rows: number,
  m?: number,
): { y: Batch; targets: number[][] } {
  const y = algorithm.plugin.sample(algorithm.params, rng, rows, m);
  const { w } = algorithm.solveBatch(algorithm.plugin.sample(algorithm.params, rng, rows, m));
  return { y, targets: Array.from({ length: rows }, (_, i) => [...row(w, i)]) };
}
