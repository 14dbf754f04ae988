import type { Algorithm, AlgorithmPlugin } from '../../core/algorithms/algorithm.js';
import { defineAlgorithm } from '../../core/algorithms/define-algorithm.js';
import { type Batch, row, zeros } from '../../core/batch.js';
import { LossError } from '../../core/errors.js';
import { parameters } from '../../core/parameters.js';
import type { Rng } from '../../core/random/rng.js';

/** A wrong algorithm and the check that is there to find it. */
export interface AlgorithmDefect {
  readonly defect: string;
  readonly plugin: AlgorithmPlugin;
  readonly caughtBy: string;
}

interface Params {
  count: number;
}

/** The cheapest `count` items, of equal ones the earlier: a correct algorithm, with a way of its own to solve rows. */
export const referenceAlgorithm = defineAlgorithm({
  name: 'cheapest',
  title: 'Cheapest items',
  source: 'none',
  params: parameters({ count: { type: 'integer', minimum: 0, maximum: 4, default: 2 } }),
  create: cheapest,
  sample: positiveCosts,
});

function cheapest({ count }: Params): Algorithm & Required<Pick<Algorithm, 'solveRows'>> {
  const solve = (costs: Float64Array, out: Float64Array): number => {
    if (costs.length < count) throw new LossError('SHAPE', `cheapest: expected at least ${count} costs`);
    const order = Array.from(costs, (_, j) => j).sort((a, b) => costs[a] - costs[b] || a - b);
    return write(costs, order.slice(0, count), out);
  };
  return {
    sense: 'minimise',
    outputs: (m) => m,
    solve,
    solveRows(costs, { w, objective }, ready) {
      for (let i = 0; i < costs.rows; i++) {
        ready(i + 1);
        objective[i] = solve(row(costs, i), row(w, i));
      }
    },
  };
}

function write(costs: Float64Array, taken: readonly number[], out: Float64Array): number {
  out.fill(0);
  let sum = 0;
  for (const j of taken) {
    out[j] = 1;
    sum += costs[j];
  }
  return sum;
}

function positiveCosts(_params: object, rng: Rng, rows: number, m = 5): Batch {
  const costs = zeros(rows, m);
  for (let k = 0; k < costs.data.length; k++) costs.data[k] = 0.1 + rng.uniform();
  return costs;
}

/** The reference with other plain data. */
function withPlugin(changes: Partial<AlgorithmPlugin>): AlgorithmPlugin {
  return { ...(referenceAlgorithm as unknown as AlgorithmPlugin), ...changes };
}

/** The reference with some members changed, made for each algorithm from the right one; rows by `solve`. */
function withMembers(change: (right: ReturnType<typeof cheapest>, params: Params) => object): AlgorithmPlugin {
  return withPlugin({
    create(params) {
      const right = cheapest(params as Params);
      const { sense, outputs, solve } = right;
      return { sense, outputs, solve, ...change(right, params as Params) };
    },
  });
}

type Solve = Algorithm['solve'];

/** The reference with another `solve`, made from the right one. */
function withSolve(change: (right: Solve, params: Params) => Solve, members: Partial<Algorithm> = {}): AlgorithmPlugin {
  return withMembers(({ solve }, params) => ({ solve: change(solve, params), ...members }));
}

/** The reference, which is asked about other costs than those that it was given. */
function withCosts(
  change: (cost: number, costs: Float64Array) => number,
  members: Partial<Algorithm> = {},
): AlgorithmPlugin {
  return withSolve((right) => (costs, out) => {
    right(costs.map((cost) => change(cost, costs)), out);
    return dot(costs, out);
  }, members);
}

function dot(costs: Float64Array, w: Float64Array): number {
  return costs.reduce((sum, cost, j) => sum + cost * w[j], 0);
}

const { params } = referenceAlgorithm;
const countWith = (changes: object): AlgorithmPlugin['params'] => ({
  ...params,
  properties: { count: { type: 'integer', minimum: 0, maximum: 4, ...changes } },
});

export const algorithmDefects: readonly AlgorithmDefect[] = [
  { defect: 'name in camel case', caughtBy: 'name', plugin: withPlugin({ name: 'cheapestItems' }) },
  { defect: 'no source', caughtBy: 'citation', plugin: withPlugin({ source: ' ' }) },
  {
    defect: 'open parameter schema',
    caughtBy: 'params-closed',
    plugin: withPlugin({ params: { ...params, additionalProperties: true } }),
  },
  { defect: 'parameter without a default', caughtBy: 'params-defaults', plugin: withPlugin({ params: countWith({}) }) },
  { defect: 'a sense that there is not', caughtBy: 'create', plugin: withMembers(() => ({ sense: 'min' })) },
  { defect: 'no outputs', caughtBy: 'create', plugin: withMembers(() => ({ outputs: undefined })) },
  {
    defect: 'sample() of one row whatever is asked for',
    caughtBy: 'sample-valid',
    plugin: withPlugin({ sample: (p, rng, _rows, m) => positiveCosts(p, rng, 1, m) }),
  },
  {
    defect: 'sample() of fewer costs than it takes',
    caughtBy: 'sample-valid',
    plugin: withMembers(() => ({ inputs: 6 })),
  },
  {
    defect: 'sample() with costs that are infinite',
    caughtBy: 'sample-valid',
    plugin: withPlugin({
      sample: (p, rng, rows, m) => ({
        ...positiveCosts(p, rng, rows, m),
        data: zeros(rows, m ?? 5).data.fill(Infinity),
      }),
    }),
  },
  {
    defect: 'sample() ignores its rng',
    caughtBy: 'sample-seeded',
    plugin: withPlugin({
      sample: (_p, _rng, rows, m = 5) => ({ rows, cols: m, data: zeros(rows, m).data.map((_, k) => 1 + Math.sin(k)) }),
    }),
  },
  {
    defect: 'adds to what out held',
    caughtBy: 'solutions',
    plugin: withSolve((right) => (costs, out) => {
      const held = out.slice();
      const objective = right(costs, out);
      held.forEach((x, j) => (out[j] += x));
      return objective;
    }),
  },
  {
    defect: 'writes the ones, and takes the zeros to be there',
    caughtBy: 'solutions',
    plugin: withSolve((right) => (costs, out) => {
      const own = new Float64Array(out.length);
      const objective = right(costs, own);
      own.forEach((x, j) => x === 1 && (out[j] = 1));
      return objective;
    }),
  },
  {
    defect: 'an objective that is no number',
    caughtBy: 'solutions',
    plugin: withSolve((right) => (costs, out) => (right(costs, out), NaN)),
  },
  {
    defect: 'sorts the costs in place',
    caughtBy: 'costs-untouched',
    plugin: withSolve((right) => (costs, out) => {
      const objective = right(costs, out);
      costs.sort();
      return objective;
    }),
  },
  {
    defect: 'keeps its last solution unless another costs less than half',
    caughtBy: 'same-again',
    plugin: withSolve((right) => {
      let last = new Float64Array(0);
      return (costs, out) => {
        const objective = right(costs, out);
        if (last.length === out.length && objective > 0.5 * dot(costs, last)) out.set(last);
        last = out.slice();
        return dot(costs, out);
      };
    }),
  },
  {
    defect: 'reads the whole array of which the costs are a part',
    caughtBy: 'views',
    plugin: withSolve((right) => (costs, out) => {
      const start = costs.buffer.byteLength % 56 === 0 ? costs.byteOffset / 8 : 0;
      return right(new Float64Array(costs.buffer, 8 * start, costs.length), out);
    }),
  },
  {
    defect: 'writes an entry beyond out',
    caughtBy: 'views',
    plugin: withSolve((right) => (costs, out) => {
      const objective = right(costs, out);
      if (out.byteOffset + out.byteLength < out.buffer.byteLength && out.byteOffset === 24) {
        new Float64Array(out.buffer, out.byteOffset + out.byteLength, 1)[0] = 0;
      }
      return objective;
    }),
  },
  {
    defect: 'solveRows reads all rows at once, before they are ready',
    caughtBy: 'batch-is-rows',
    plugin: withMembers(({ solve }) => ({
      solveRows(costs: Batch, { w, objective }: { w: Batch; objective: Float64Array }, ready: (end: number) => void) {
        ready(1);
        for (let i = 0; i < costs.rows; i++) objective[i] = solve(row(costs, i), row(w, i));
        ready(costs.rows);
      },
    })),
  },
  {
    defect: 'solveRows leaves the last row out',
    caughtBy: 'batch-is-rows',
    plugin: withMembers(({ solve }) => ({
      solveRows(costs: Batch, { w, objective }: { w: Batch; objective: Float64Array }, ready: (end: number) => void) {
        ready(costs.rows);
        for (let i = 0; i < costs.rows - 1; i++) objective[i] = solve(row(costs, i), row(w, i));
      },
    })),
  },
  {
    defect: 'the objective is that of costs rounded to single precision',
    caughtBy: 'optimal',
    plugin: withSolve((right) => (costs, out) => (right(costs, out), dot(Float64Array.from(costs, Math.fround), out))),
  },
  {
    defect: 'takes the first items, whatever they cost',
    caughtBy: 'costs-matter',
    plugin: withCosts(() => 1),
  },
  {
    defect: 'takes the costs of later items for larger than they are',
    caughtBy: 'optimal',
    plugin: withCosts((cost, costs) => cost * (1 + costs.indexOf(cost))),
  },
  {
    defect: 'says that it maximises, and minimises',
    caughtBy: 'optimal',
    plugin: withMembers(() => ({ sense: 'maximise' })),
  },
  {
    defect: 'the objective has the sign of a maximum',
    caughtBy: 'optimal',
    plugin: withSolve((right) => (costs, out) => -right(costs, out)),
  },
  {
    defect: 'costs count as equal within 1e-6',
    caughtBy: 'scale',
    plugin: withCosts((cost) => 1e-6 * Math.round(1e6 * cost)),
  },
  {
    defect: 'counts negative costs as 0, and does not say so',
    caughtBy: 'negative-costs',
    plugin: withCosts((cost) => Math.max(cost, 0)),
  },
  {
    defect: 'says that it counts negative costs as 0, and does not',
    caughtBy: 'clamped-costs',
    plugin: withMembers(() => ({ clamps: true })),
  },
  {
    defect: 'takes all items that cost no more than the last that it takes',
    caughtBy: 'tied-costs',
    plugin: withSolve((right) => (costs, out) => {
      right(costs, out);
      const most = costs.reduce((max, cost, j) => (out[j] === 1 ? Math.max(max, cost) : max), -Infinity);
      for (let j = 0; j < out.length; j++) out[j] = costs[j] <= most ? 1 : 0;
      return dot(costs, out);
    }),
  },
  {
    defect: 'begins with 1e12 for the best',
    caughtBy: 'large-costs',
    plugin: withSolve((right) => (costs, out) => {
      right(costs, out);
      for (let j = 0; j < out.length; j++) if (costs[j] >= 1e12) out[j] = 0;
      return dot(costs, out);
    }),
  },
  {
    defect: 'takes costs below 1e-100 for 0',
    caughtBy: 'small-costs',
    plugin: withCosts((cost) => (Math.abs(cost) < 1e-100 ? 0 : cost)),
  },
  {
    defect: 'reads beyond a single cost',
    caughtBy: 'other-sizes',
    plugin: withSolve((right) => (costs, out) => {
      if (costs.length === 1) throw new RangeError('index out of range');
      return right(costs, out);
    }),
  },
  {
    defect: 'schema that lets unknown parameters through by a pattern',
    caughtBy: 'refuses-params',
    plugin: withPlugin({ params: { ...params, patternProperties: { '^no-': {} } } }),
  },
  {
    defect: 'divides by a parameter that may be 0',
    caughtBy: 'params-range',
    plugin: withSolve((right, { count }) => (costs, out) => (right(costs, out) * count) / count),
  },
];
