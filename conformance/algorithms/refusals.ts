import { zeros } from '../../core/batch.js';
import { checkedAlgorithm } from '../../core/algorithms/checked-algorithm.js';
import { createRng } from '../../core/random/rng.js';
import { type Check, defineCheck, type Fail } from '../check.js';
import { parametersOf, refused, refusesParams } from '../refusals.js';
import { changed, expectOptimal, solveEach, unlessRefused } from './instances.js';
import type { AlgorithmSubject } from './subject.js';

/** One good call, then each argument made wrong in turn; and parameters at the edges of their schema. */
export const refusals: readonly Check<AlgorithmSubject>[] = [
  defineCheck<AlgorithmSubject>({
    name: 'refuses-shapes',
    law: 'Wrong numbers of costs or of entries of out, and data that is not float64, are SHAPE errors.',
    needs: ['solutions'],
    test({ algorithm, seeds, sample }, fail) {
      const { data: costs, cols } = sample(seeds[0], 1);
      const out = new Float64Array(algorithm.outputs(cols));
      const wrong: Record<string, () => unknown> = {
        'no costs': () => algorithm.solve(new Float64Array(0), out),
        'costs in float32': () => algorithm.solve(Float32Array.from(costs) as unknown as Float64Array, out),
        'out with an entry too many': () => algorithm.solve(costs, new Float64Array(out.length + 1)),
        'a batch with a row too many': () => algorithm.solveBatch({ rows: 2, cols, data: costs }),
        'solutions with a row too few': () =>
          algorithm.solveBatch({ rows: 1, cols, data: costs }, { w: zeros(0, cols), objective: new Float64Array(1) }),
      };
      if (algorithm.inputs !== undefined) {
        wrong['one cost too many'] = () => algorithm.solve(new Float64Array(cols + 1), out);
      }
      for (const [what, call] of Object.entries(wrong)) refused(fail, what, 'SHAPE', call);
    },
  }),
  defineCheck<AlgorithmSubject>({
    name: 'refuses-nonfinite',
    law: 'NaN or infinity in the costs is a NONFINITE error.',
    needs: ['solutions'],
    test({ algorithm, seeds, sample }, fail) {
      const costs = sample(seeds[0]);
      for (const bad of [NaN, Infinity, -Infinity]) {
        for (const k of [0, costs.data.length - 1]) {
          const spoilt = changed(costs, (cost, at) => (at === k ? bad : cost));
          refused(fail, `costs with ${bad}`, 'NONFINITE', () => solveEach(algorithm, spoilt));
          refused(fail, `a batch with ${bad}`, 'NONFINITE', () => algorithm.solveBatch(spoilt));
        }
      }
    },
  }),
  refusesParams<AlgorithmSubject>(checkedAlgorithm),
  defineCheck<AlgorithmSubject>({
    name: 'params-range',
    law:
      'A parameter at 0, at -1, at its bounds, at any of its choices or as short as may be is a PARAMS error or has solutions.',
    needs: ['optimal'],
    once: true,
    test(subject, fail) {
      for (const [key, schema] of parametersOf(subject.plugin)) {
        for (const value of edgesOf(schema)) solvesWith(subject, { [key]: value }, fail);
      }
    },
  }),
];

/** Integers up to here are tried where they are a parameter's maximum: on larger ones time and memory depend. */
const LARGEST_TRIED = 100;

interface Edges {
  readonly type?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly items?: Edges;
  readonly minItems?: number;
}

function edgesOf(
  { type, default: standard, minimum, maximum, enum: choices = [], items, minItems = 0 }: Edges,
): unknown[] {
  if (type === 'boolean') return [true, false];
  if (type === 'number' || type === 'integer') {
    const isLimit = type === 'integer' && (maximum ?? 0) > LARGEST_TRIED;
    return [0, -1, minimum, isLimit ? undefined : maximum].filter((value) => value !== undefined);
  }
  if (!Array.isArray(standard)) return [...choices];
  const entries = items?.type === 'object' || standard.length === 0 ? [] : edgesOf(items ?? {});
  return [
    standard.slice(0, minItems),
    ...entries.map((entry) => standard.map((x: unknown, k) => (k === 0 ? entry : x))),
  ];
}

/** Solves the samples with these parameters changed, unless they are refused. */
function solvesWith({ plugin, seeds, fresh }: AlgorithmSubject, changes: object, fail: Fail): void {
  const algorithm = unlessRefused('PARAMS', () => fresh(changes));
  if (!algorithm) return;
  const costs = plugin.sample(algorithm.params, createRng(seeds[0]), 7);
  const { w } = solveEach(algorithm, costs);
  expectOptimal(algorithm, costs, { costs, w }, fail, ` with ${JSON.stringify(changes)}`);
}
