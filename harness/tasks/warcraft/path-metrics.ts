import { isOn, isPath } from '../../data/warcraft/path.js';
import type { MetricInfo } from '../task.js';

/** How close predicted paths are to the shortest, of one map or as means of many. */
export interface PathMetrics {
  /** The very cells of the label. */
  readonly perfectMatch: number;
  /** Cost of the path over that of the label: 1 at best. */
  readonly costRatio: number;
  /** Costs as little as the label (to 1e-5), which another path can do too. */
  readonly optimal: number;
  /**
   * (cost of the path - cost of the label) / cost of the label; of many maps, the sum of the first over the sum of the
   * second.
   */
  readonly regret: number;
  /** Leads from the first cell to the last over neighbouring cells. */
  readonly valid: number;
}

const share = { better: 'larger', kind: 'share' } as const;

/** What `pathMetrics` gives. */
export const pathMetricInfos: Readonly<Record<keyof PathMetrics, MetricInfo>> = {
  perfectMatch: { ...share, meaning: 'the share of test maps whose path is the very one of the label' },
  costRatio: {
    better: 'smaller',
    kind: 'number',
    meaning: 'the cost of the path over that of the label, mean over the maps, 1 at best',
  },
  optimal: { ...share, meaning: 'the share of maps whose path costs as little as the label' },
  regret: {
    better: 'smaller',
    kind: 'share',
    meaning: 'what all paths cost beyond their labels over what the labels cost',
  },
  valid: { ...share, meaning: 'the share of maps whose path leads from corner to corner' },
};

/** Grids that are row-major, map after map; costs are the true ones. */
export interface PathSet {
  readonly rows: number;
  readonly columns: number;
  readonly costs: ArrayLike<number>;
  /** The labels: 1 on the shortest path, else 0. */
  readonly paths: ArrayLike<number>;
}

/**
 * Of equal cost: differences this small are rounding. Real ones are at least 2^-11, the last digit of the float16
 * costs.
 */
const EQUAL = 1e-5;

/**
 * Means over maps of the measures of predicted paths (cells above 1/2 are on the path). The cost ratio is one number a
 * map, where the code of Vlastelica et al. takes it column by column; `optimal` is PyEPO's, for paths that are valid;
 * an empty set has NaN.
 */
export function pathMetrics(predicted: ArrayLike<number>, set: PathSet): PathMetrics {
  const cells = set.rows * set.columns;
  const count = set.paths.length / cells;
  let [perfectMatch, costRatio, optimal, valid, excess, least] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const start = i * cells;
    const [cost, label] = [costOf(predicted, set.costs, start, cells), costOf(set.paths, set.costs, start, cells)];
    const leads = isPath(predicted, start, set.rows, set.columns);
    perfectMatch += Number(isEqual(predicted, set.paths, start, cells));
    costRatio += cost / label;
    optimal += Number(leads && cost - label < EQUAL);
    valid += Number(leads);
    excess += cost - label;
    least += label;
  }
  return {
    perfectMatch: perfectMatch / count,
    costRatio: costRatio / count,
    optimal: optimal / count,
    regret: excess / least,
    valid: valid / count,
  };
}

function costOf(path: ArrayLike<number>, costs: ArrayLike<number>, start: number, cells: number): number {
  let sum = 0;
  for (let v = start; v < start + cells; v++) if (isOn(path[v])) sum += costs[v];
  return sum;
}

function isEqual(a: ArrayLike<number>, b: ArrayLike<number>, start: number, cells: number): boolean {
  for (let v = start; v < start + cells; v++) if (isOn(a[v]) !== isOn(b[v])) return false;
  return true;
}
