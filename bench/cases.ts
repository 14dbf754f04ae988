import gridShortestPath from '../core/algorithms/grid-shortest-path.js';
import { batchOf, row } from '../core/batch.js';
import { createRng, type Rng } from '../core/random/rng.js';
import { loadExperiment } from '../harness/experiments/experiment.js';
import type { MnistSortParams } from '../harness/tasks/mnist-sort.js';
import type { BackendName } from '../node/tfjs/index.js';
import type { NetworkCase, PathCase, SortingCase } from './protocol.js';

/** N. */
export const BATCH = 100;

const temperature = (tau: number): object => ({ temperature: tau });
const network = (steepness: number): object => ({ steepness, network: 'odd-even' });

/** The paper's parameters, which depend on n for one of them. */
const losses: Record<string, (n: number) => object> = {
  neuralsort: () => temperature(1),
  softsort: () => temperature(0.1),
  'dsn-logistic': () => network(10),
  'dsn-cauchy': (n) => network(n === 10 ? 100 : 10),
};

export interface Labelled<C> {
  readonly label: string;
  readonly case: C;
}

/** Standard normal scores and independent rankings. */
export function sortingCases(sizes: readonly number[]): Labelled<SortingCase>[] {
  return sizes.flatMap((n) =>
    Object.entries(losses).flatMap(([loss, params]) =>
      (['gradient', 'hessian'] as const).map((order) => ({
        label: `${order} n=${n} ${loss}`,
        case: { kind: 'sorting' as const, loss, params: params(n), order, ...problem(createRng(n), n) },
      }))
    )
  );
}

/**
 * The same with scores so close together that no entry of P is lost to rounding, and nothing guarded: there both sides
 * must agree.
 */
export function comparable(sorting: SortingCase): SortingCase {
  return { ...sorting, exact: true, y: sorting.y.map((row) => row.map((y) => 0.2 * y)) };
}

/** Share of the pixels of MNIST that are not zero, by the side of the squares that are averaged. */
const inked: Record<number, number> = { 1: 0.19, 2: 0.26, 4: 0.38 };

/** The quick presets of the ranking task, and the paper's network. */
export function networkCases(presets: readonly string[], backend: BackendName): Labelled<NetworkCase>[] {
  return presets.map((preset) => {
    const { model, loss, task, optimizer } = loadExperiment(`mnist-sort/${preset}/none`);
    const { n, digits, pool, layout } = task as unknown as MnistSortParams;
    const side = 28 / pool;
    const input = layout === 'digits' ? [n, digits, side * side] : [n, side, side * digits, 1];
    const { learningRate } = optimizer;
    return {
      label: preset,
      case: {
        kind: 'network',
        preset: `mnist-sort/${preset}`,
        backend,
        model,
        loss: loss.name,
        params: loss.params,
        input,
        inked: inked[pool],
        learningRate,
      },
    };
  });
}

/**
 * Costs as on Warcraft maps, and the shortest paths of others; 70 grids of 12 x 12 cells, the paper's 18 iterations.
 */
export function pathCases(): Labelled<PathCase>[] {
  const rng = createRng(12);
  const grid = { rows: 12, columns: 12 };
  const maps = (): number[][] =>
    Array.from(
      { length: 70 },
      () => Array.from({ length: 144 }, () => [0.8, 1.2, 5.3, 7.7, 9.2][rng.integer(5)] + 0.3 * rng.uniform()),
    );
  const y = maps();
  const { w } = gridShortestPath(grid).solveBatch(batchOf(maps()));
  const targets = y.map((_, i) => Array.from(row(w, i)));
  return (['for', 'while'] as const).map((loop) => ({
    label: `shortest path, ${loop}`,
    case: { kind: 'path', params: { ...grid, loop, iterations: 18 }, y, targets },
  }));
}

function problem(rng: Rng, n: number): { y: number[][]; ranks: number[][] } {
  const rows = <T>(make: () => T): T[] => Array.from({ length: BATCH }, make);
  return {
    y: rows(() => Array.from({ length: n }, () => rng.normal())),
    ranks: rows(() => Array.from(rng.permutation(n))),
  };
}
