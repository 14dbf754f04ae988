import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  add,
  createTape,
  dot,
  exp,
  gather,
  multiply,
  type Program,
  slice,
  softmax,
  square,
  type Var,
} from '../../../core/autodiff/index.js';
import { packageRoot } from '../../../node/package-root.js';
import {
  argmin,
  assign,
  assignAt,
  type Body,
  type Condition,
  cosineSimilarity,
  equal,
  greaterThan,
  If,
  isTrue,
  lessThan,
  maximum,
  minimum,
  notEqual,
  read,
  run,
  sameCategory,
  type State,
  While,
} from '../../../core/relaxed/index.js';
import { bellmanFordLoss, type RelaxedBellmanFord } from './bellman-ford-program.js';

interface Fixtures {
  readonly programs: readonly {
    readonly name: string;
    readonly params: RelaxedBellmanFord & BubbleSort;
    readonly samples: readonly Sample[];
  }[];
}

interface Sample {
  readonly y: number[];
  readonly value: number;
  readonly gradient: number[];
  readonly hessian: number[];
}

interface BubbleSort {
  readonly n: number;
  readonly beta: number;
  readonly maxIterations: number;
}

const fixtures = JSON.parse(readFileSync(path.join(packageRoot(), 'test/fixtures/relaxed.json'), 'utf8')) as Fixtures;

/** Until nothing is exchanged. */
function bubbleSort({ n, beta, maxIterations }: BubbleSort, y: Var): Var {
  const columns = Array.from({ length: n }, (_, j) => j);
  const exchange = (j: number): Body => {
    const order = columns.map((k) => (k === j ? j + 1 : k === j + 1 ? j : k));
    return If(greaterThan(read('x', j), read('x', j + 1)), [
      assign('x', (s) => gather(s.x, order)),
      assign('swapped', 1),
      assign('count', (s) => add(s.count, 1)),
    ]);
  };
  const program = While(isTrue('swapped'), [assign('swapped', 0), columns.slice(1).map((j) => exchange(j - 1))], {
    maxIterations,
  });
  const end = run(y, program, { x: y, swapped: 1, count: 0 }, { beta });
  return add(dot(end.x, columns.map((j) => (j + 1) ** 2)), end.count);
}

function conditions(beta: number, y: Var): Var {
  const l = (s: State): Var => slice(s.y, 0, 3);
  const r = (s: State): Var => slice(s.y, 3, 6);
  const ways: Condition[] = [
    lessThan(read('y', 0), read('y', 3)),
    greaterThan(read('y', 1), read('y', 4)),
    equal(read('y', 2), read('y', 5)),
    notEqual(read('y', 0), 0.5),
    sameCategory((s) => softmax(l(s)), (s) => softmax(r(s))),
    cosineSimilarity((s) => exp(l(s)), (s) => exp(r(s))),
  ];
  const program = ways.map((way) =>
    If(way, assign('x', (s) => add(s.x, slice(s.y, 0, 1))), assign('x', (s) => multiply(0.5, square(s.x))))
  );
  return run(y, program, { y, x: 1 }, { beta }).x;
}

function softIndex(beta: number, y: Var): Var {
  const end = run(y, [assignAt('x', argmin('x'), maximum('x')), assign('least', minimum('x'))], { x: y, least: 0 }, {
    beta,
  });
  return add(dot(end.x, [1, 2, 3, 4, 5]), square(end.least));
}

/** The path of make_relaxed.py: the diagonal and the last column. */
function bellmanFord(params: RelaxedBellmanFord, y: Var): Var {
  const truth = Array.from(
    { length: y.cols },
    (_, k) => Number(k % (params.columns + 1) === 0 || k % params.columns === params.columns - 1),
  );
  return bellmanFordLoss({ ...params, absorbSource: false })(y, [truth]);
}

describe('agreement with AlgoVision (test/fixtures/make_relaxed.py)', () => {
  for (const { name, params, samples } of fixtures.programs) {
    it(`${name} ${JSON.stringify(params)}`, () => {
      const programs: Record<string, Program> = {
        'bubble-sort': (y) => bubbleSort(params, y),
        conditions: (y) => conditions(params.beta, y),
        'soft-index': (y) => softIndex(params.beta, y),
        'bellman-ford': (y) => bellmanFord(params, y),
      };
      for (const { y, value, gradient, hessian } of samples) {
        const m = y.length;
        const e = createTape().record({ rows: 1, cols: m, data: Float64Array.from(y) }, programs[name]);
        const close = (got: ArrayLike<number>, expected: number[]): void => {
          const error = 1e-12 * Math.max(1, ...expected.map(Math.abs)); // of a few hundred roundings each
          expected.forEach((entry, k) => expect(got[k]).to.be.closeTo(entry, error));
        };
        close(e.value, [value]);
        close(e.gradient().data, gradient);
        close(e.hessian().blocks().data.filter((_, k) => k % m >= Math.floor(k / m)), hessian);
      }
    });
  }
});
