import {
  algorithmSchema,
  batchOf,
  checked,
  defineAlgorithm,
  defineLoss,
  defineSampleLoss,
  parameters,
} from '../../core/index.js';
import { defineProgramLoss, sum } from '../../core/autodiff/index.js';
import { defineRelaxedLoss } from '../../core/relaxed/index.js';
import topK from '../../core/algorithms/top-k.js';

/** Compiled with the tests: what follows from schemas, and what does not compile. Minimal plugins, no type written. */

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(proof?: T): void => void proof;

const named = { name: 'mine', title: 'Mine', source: 'none' } as const;
const y = batchOf([[0, 0]]);

const sample = defineSampleLoss({
  ...named,
  params: parameters({
    width: { type: 'number', exclusiveMinimum: 0, default: 1 },
    norm: { type: 'string', enum: ['l1', 'l2'], default: 'l1' },
    steps: { type: 'integer', default: 3 },
    exact: { type: 'boolean', default: true },
  }),
  target: {
    type: 'object',
    properties: { label: { type: 'integer' }, weights: { type: 'array', items: { type: 'number' } } },
    required: ['label'],
  },
  create({ width, norm, steps, exact }) {
    holds<Same<[typeof width, typeof norm, typeof steps, typeof exact], [number, 'l1' | 'l2', number, boolean]>>();
    return {
      value(at, target) {
        holds<Same<typeof target, { label: number; weights?: number[] }>>();
        return at[target.label] * (target.weights?.[0] ?? width);
      },
      gradient: (at) => at.map(() => (norm === 'l1' && exact ? steps : 0)),
    };
  },
  sample: (_params, _rng, rows) => ({ y, targets: Array.from({ length: rows }, () => ({ label: 0 })) }),
});

checked(sample, { norm: 'l2' });
// @ts-expect-error: a value that the schema does not list
checked(sample, { norm: 'l3' });
// @ts-expect-error: a misspelt parameter
checked(sample, { widht: 1 });
// @ts-expect-error: a target of another type
checked(sample).evaluate(y, [{ label: 'zero' }], undefined as never);

const plain = defineLoss({
  ...named,
  target: { type: 'integer', minimum: 0 },
  create: () => ({
    reject: (label, m) => (label < m ? undefined : 'too large'),
    evaluate: (at, labels) => ({ value: Float64Array.from(labels, (label) => at.data[label]), gradient: () => at }),
  }),
  sample: () => ({ y, targets: [0] }),
});
checked(plain).evaluate(y, [0], undefined as never);

defineProgramLoss({
  ...named,
  target: { type: 'array', items: { type: 'number' } },
  create: () => ({ program: (Y, targets) => sum(targets[0].length > 0 ? Y : Y) }),
  sample: () => ({ y, targets: [[0]] }),
});

defineRelaxedLoss({
  ...named,
  params: parameters({ beta: { type: 'number', default: 1 } }),
  target: { type: 'array', items: { type: 'number' } },
  create: ({ beta }) => ({
    settings: { beta },
    variables: (Y) => ({ x: Y }),
    program: () => [],
    output: 'x',
    loss: (x, targets) => sum(targets[0][0] > 0 ? x : x),
  }),
  sample: () => ({ y, targets: [[0]] }),
});

const overAny = defineLoss({
  ...named,
  params: parameters({ algorithm: algorithmSchema(topK), lambda: { type: 'number', default: 1 } }),
  target: { type: 'array', items: { type: 'number' } },
  create: ({ algorithm, lambda }) => ({
    evaluate: (at) => ({ value: algorithm.solveBatch(at).w.data.map((w) => lambda * w), gradient: () => at }),
  }),
  sample: () => ({ y, targets: [[0, 1]] }),
});
checked(overAny, { lambda: 2, algorithm: { name: 'top-k' } });
checked(overAny, { algorithm: topK({ k: 2 }) });
// @ts-expect-error: no algorithm
checked(overAny, { algorithm: 'top-k' });
// @ts-expect-error: a misspelt parameter of an algorithm
topK({ K: 2 });

const solver = defineAlgorithm({
  ...named,
  params: parameters({ k: { type: 'integer', default: 1 } }),
  create: ({ k }) => ({ sense: 'minimise', outputs: (m) => m * k, solve: (costs, out) => (out[0] = costs[0]) }),
  sample: ({ k }, rng, rows) => batchOf(Array.from({ length: rows * k }, () => [rng.normal()])),
});
// @ts-expect-error: a misspelt parameter of an algorithm
solver.create({ K: 1 });

defineSampleLoss({
  ...named,
  target: { type: 'number' },
  // @ts-expect-error: a capability that does not exist
  capabilities: { convexx: true },
  create: () => ({ value: (at, target) => at[0] - target, gradient: () => [1] }),
  sample: () => ({ y, targets: [0] }),
});

defineSampleLoss({
  ...named,
  target: { type: 'number' },
  create: () => ({
    // @ts-expect-error: a number has no length
    value: (at, target) => at[0] - target.length,
    gradient: () => [1],
  }),
  sample: () => ({ y, targets: [0] }),
});
