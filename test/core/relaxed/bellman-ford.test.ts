import { expect } from 'chai';
import { createTape, sum } from '../../../core/autodiff/index.js';
import { type Batch, row, takeRows } from '../../../core/batch.js';
import { createRng } from '../../../core/random/rng.js';
import { checkedAlgorithm } from '../../../core/algorithms/checked-algorithm.js';
import gridShortestPath from '../../../core/algorithms/grid-shortest-path.js';
import { checkDerivatives } from '../autodiff/check-derivatives.js';
import { bellmanFord, bellmanFordLoss, type RelaxedBellmanFord } from './bellman-ford-program.js';
import { pathByLoops } from './bellman-ford-by-loops.js';

const defaults: RelaxedBellmanFord = {
  ...{ rows: 3, columns: 4, loop: 'for', distance: 'l2', beta: 10, iterations: 6 },
  ...{ tConorm: 'probabilistic', hamacher: 2, absorbSource: false },
};
const variants: Partial<RelaxedBellmanFord>[] = [
  {},
  { loop: 'while' },
  { absorbSource: true },
  { loop: 'while', absorbSource: true, distance: 'l1' },
  { tConorm: 'hamacher' },
  { tConorm: 'hamacher', hamacher: 1 },
  { tConorm: 'yager', beta: 3 },
  { rows: 1, columns: 5, loop: 'while', beta: 2 },
];

describe('relaxed Bellman-Ford', () => {
  const costs = ({ rows, columns }: RelaxedBellmanFord, seed: number, count: number): Batch => {
    const rng = createRng(seed);
    return {
      rows: count,
      cols: rows * columns,
      data: Float64Array.from({ length: count * rows * columns }, () => 0.8 + 9 * rng.uniform()),
    };
  };

  /** A variable at the end of the program. */
  const final = (settings: RelaxedBellmanFord, y: Batch, name: string): Float64Array => {
    let value = new Float64Array();
    createTape().record(y, (Y) => {
      const end = bellmanFord(settings, Y)[name];
      value = end.value.slice();
      return sum(end);
    });
    return value;
  };

  for (const variant of variants) {
    it(`gives what its definition gives in loops: ${JSON.stringify(variant)}`, () => {
      const settings = { ...defaults, ...variant };
      const y = costs(settings, 1, 5);
      const path = final(settings, y, 'path');
      for (let i = 0; i < y.rows; i++) {
        pathByLoops(settings, row(y, i)).forEach((entry, v) =>
          expect(path[i * y.cols + v]).to.be.closeTo(entry, 1e-12)
        );
      }
    });

    it(`has the derivatives that differences show: ${JSON.stringify(variant)}`, () => {
      const settings = { ...defaults, ...variant };
      const target = [...final({ ...settings, beta: 1 }, costs(settings, 9, 1), 'path')].map((entry) =>
        Number(entry > 0.5)
      );
      for (const seed of [2, 3]) {
        const y = costs(settings, seed, 1).data.map((cost) => cost / 5); // softer, so that derivatives are not 0
        checkDerivatives((Y) => bellmanFordLoss(settings)(Y, [target]), y, createRng(seed));
      }
    });
  }

  it('walks with a mass of 1, unless the source absorbs it', () => {
    for (const [absorbSource, beta] of [[false, 0.5], [false, 50], [true, 50]] as const) {
      const settings = { ...defaults, absorbSource, beta, iterations: 12 };
      const trace = final(settings, costs(settings, 4, 3), 'trace');
      for (let i = 0; i < 3; i++) {
        const mass = trace.subarray(i * 12, (i + 1) * 12).reduce((total, entry) => total + entry);
        if (absorbSource) expect(mass).to.be.below(1e-9);
        else expect(mass).to.be.closeTo(1, 1e-14);
      }
    }
  });

  it('finds the shortest path as beta grows, with an absorbing source and sweeps enough', () => {
    for (const loop of ['for', 'while'] as const) {
      const settings = { ...defaults, loop, rows: 5, columns: 4, beta: 1e4, iterations: 12, absorbSource: true };
      const y = costs(settings, 5, 8);
      const shortest = checkedAlgorithm(gridShortestPath, { rows: 5, columns: 4 }).solveBatch(y).w;
      final(settings, y, 'path').forEach((entry, k) => expect(entry).to.be.closeTo(shortest.data[k], 1e-9));
    }
  });

  it('gives a batch what its rows give alone, bit for bit, though they leave the loop at different turns', () => {
    const settings = { ...defaults, loop: 'while', iterations: 60, beta: 8 } as const;
    const y = costs(settings, 6, 4);
    y.data.forEach((cost, k) => (y.data[k] = cost / [1, 5, 20, 100][Math.floor(k / y.cols)]));
    const targets = Array.from({ length: 4 }, () => new Array<number>(y.cols).fill(0));
    const results = (batch: Batch): Batch[] => {
      const e = createTape().record(batch, (Y) => bellmanFordLoss(settings)(Y, targets.slice(0, batch.rows)));
      return [{ rows: batch.rows, cols: 1, data: e.value }, e.gradient(), e.hessian().times(batch)];
    };
    const together = results(y);
    for (let i = 0; i < y.rows; i++) {
      results(takeRows(y, [i])).forEach((alone, k) => expect(alone).to.deep.equal(takeRows(together[k], [i])));
    }
  });

  it('stays finite with equal, zero and huge costs, and where the target is too far for its sweeps', () => {
    for (const loop of ['for', 'while'] as const) {
      for (const cost of [0, 1, 1e6]) {
        for (const iterations of [1, 2, 12]) {
          const settings = { ...defaults, loop, iterations };
          const y = { rows: 1, cols: 12, data: new Float64Array(12).fill(cost) };
          const e = createTape().record(y, (Y) => bellmanFordLoss(settings)(Y, [new Array<number>(12).fill(1)]));
          const v = { ...y, data: y.data.map((_, k) => k - 5) };
          for (const entry of [...e.value, ...e.gradient().data, ...e.hessian().times(v).data]) {
            expect(entry).to.satisfy(Number.isFinite);
          }
        }
      }
    }
  });
});
