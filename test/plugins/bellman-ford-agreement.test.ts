import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createTape } from '../../core/autodiff/index.js';
import { type Batch, batchOf } from '../../core/batch.js';
import type { BellmanFordParams } from '../../plugins/bellman-ford/evaluate.js';
import { packageRoot } from '../../node/package-root.js';
import { bellmanFordLoss } from '../core/relaxed/bellman-ford-program.js';
import {
  type Costs,
  costsOf,
  create,
  difference,
  maskOf,
  type Params,
  programs,
  restart,
  rng,
  terrain,
  uniform,
} from './bellman-ford-cases.js';

/**
 * Value, gradient and product against the program on the tape, derivatives in the unit that costs of size 1 / beta
 * would give.
 */
function expectProgram(params: Params, y: Batch): void {
  const settings = create(params).params as BellmanFordParams;
  const targets = maskOf(y);
  const v = costsOf(params, () => rng.normal());
  const e = create(params).evaluate(y, targets, rng);
  const expected = createTape().record(y, (Y) => bellmanFordLoss(settings)(Y, targets));
  const unit = Math.min(1, settings.beta);
  const what = JSON.stringify(settings);
  expect(difference(e.value, expected.value, 1), `value ${what}`).to.be.below(1e-10);
  expect(difference(e.gradient().data, expected.gradient().data, unit), `gradient ${what}`).to.be.below(1e-10);
  expect(difference(e.hessian!().times(v).data, expected.hessian().times(v).data, unit * unit), `product ${what}`).to.be
    .below(1e-10);
}

describe('bellman-ford against its program on the autodiff tape', () => {
  beforeEach(restart);

  const cases: [what: string, params: Params, costs: Costs][] = [
    ['a single cell', { rows: 1, columns: 1, iterations: 3, beta: 2 }, terrain],
    ['one sweep', { rows: 2, columns: 2, iterations: 1, beta: 2 }, terrain],
    ['a row', { rows: 1, columns: 5, iterations: 7, beta: 1 }, terrain],
    ['a column', { rows: 4, columns: 1, iterations: 9, beta: 10 }, terrain],
    ['a square', { rows: 3, columns: 3, iterations: 4, beta: 5 }, uniform(0, 1)],
    ['more columns than rows', { rows: 3, columns: 6, iterations: 8, beta: 10 }, uniform(0.2, 2)],
    ['more rows than columns', { rows: 5, columns: 2, iterations: 5, beta: 200 }, terrain],
    ['many iterations', { rows: 2, columns: 3, iterations: 30, beta: 0.5 }, terrain],
    ['small costs', { rows: 4, columns: 4, iterations: 8, beta: 200 }, uniform(1e-3, 2e-3)],
    ['negative costs', { rows: 3, columns: 4, iterations: 6, beta: 3 }, uniform(-1, 1)],
    ['very negative costs', { rows: 3, columns: 3, iterations: 5, beta: 10 }, uniform(-9, 1)],
    ['equal costs', { rows: 4, columns: 5, iterations: 8, beta: 3 }, () => 1],
    ['some paths equally long', { rows: 4, columns: 4, iterations: 8, beta: 10 }, () => 1 + rng.integer(3)],
    ['large costs', { rows: 4, columns: 4, iterations: 8, beta: 10 }, uniform(1e6, 3e6)],
  ];
  for (const [what, params, costs] of cases) {
    it(what, () => programs.forEach((program) => expectProgram({ ...params, ...program }, costsOf(params, costs))));
  }

  it('the size of the benchmark', () => {
    for (
      const program of programs.filter(({ tConorm, distance }) => tConorm === 'probabilistic' && distance === 'l2')
    ) {
      for (const costs of [terrain, uniform(0.1, 1)]) expectProgram(program, costsOf(program, costs));
      expectProgram({ ...program, beta: 100 }, costsOf(program, terrain)); // distances of a range that weights as they are do not have
    }
  });

  // Costs as large as this, and beta as small, lest rounding at the program's infinity of 1e12 be felt: 1e-4 beta =
  // 1e-12.
  it('a target out of reach', () => {
    for (const program of programs) {
      for (const size of [{ rows: 2, columns: 6, iterations: 3 }, { rows: 5, columns: 4, iterations: 2 }]) {
        expectProgram({ ...program, ...size, beta: 1e-8 }, costsOf(size, uniform(1e7, 1e8)));
      }
    }
  });
});

describe('bellman-ford against AlgoVision itself (test/fixtures/make_relaxed.py)', () => {
  beforeEach(restart);

  interface Program {
    readonly name: string;
    readonly params: { readonly rows: number; readonly columns: number };
    readonly samples: readonly {
      readonly y: number[];
      readonly value: number;
      readonly gradient: number[];
      readonly hessian: number[];
    }[];
  }
  const { programs: fixtures } = JSON.parse(
    readFileSync(path.join(packageRoot(), 'test/fixtures/relaxed.json'), 'utf8'),
  ) as { programs: Program[] };
  for (const { name, params, samples } of fixtures) {
    if (name !== 'bellman-ford') continue;
    it(JSON.stringify(params), () => {
      const { columns } = params;
      for (const { y, value, gradient, hessian } of samples) {
        const m = y.length;
        const truth = y.map((_, k) => Number(k % (columns + 1) === 0 || k % columns === columns - 1));
        const e = create({ ...params, absorbSource: false }).evaluate(batchOf([y]), [truth], rng);
        expect(e.value[0]).to.be.closeTo(value, 1e-13);
        expect(difference(e.gradient().data, Float64Array.from(gradient), 1)).to.be.below(1e-12);
        let upper = 0; // the Hessian's rows from the diagonal on
        for (let j = 0; j < m; upper += m - j, j++) {
          const column = e.hessian!().times(batchOf([y.map((_, k) => Number(k === j))])).data.subarray(j);
          expect(difference(column, Float64Array.from(hessian.slice(upper, upper + m - j)), 1)).to.be.below(1e-12);
        }
      }
    });
  }
});
