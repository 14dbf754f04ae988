import { columnsOf } from './columns.js';
import { matcher } from './matching.js';
import { columnOf } from './names.js';
import { parseQuery } from './query.js';
import type { StoredRun } from './read-runs.js';
import type { Value } from './values.js';

/**
 * The runs that a query asks for, `loss=softsort and n=10` (query.ts), with names of columns in full or short. PARAMS,
 * with the place, where it cannot be read, and where a name stands for no column or for several.
 */
export function selectRuns(runs: readonly StoredRun[], query: string): StoredRun[] {
  const parsed = parseQuery(query);
  if (runs.length === 0) return [];
  const columns = columnsOf(runs);
  const matches = matcher(parsed, (name) => columnOf(name, columns));
  return runs.filter(({ values }) => matches(values));
}

/** Ordered by columns, those behind a minus from large to small; what has no value comes last. PARAMS as `selectRuns`. */
export function sortRuns(
  runs: readonly StoredRun[],
  names: readonly string[],
  columns: readonly string[],
): StoredRun[] {
  const keys = names.map((name) => {
    const down = name.startsWith('-');
    return { column: columnOf(down ? name.slice(1) : name, columns), sign: down ? -1 : 1 };
  });
  return [...runs].sort((a, b) => {
    for (const { column, sign } of keys) {
      const order = compareValues(a.values[column], b.values[column], sign);
      if (order !== 0) return order;
    }
    return 0;
  });
}

const { compare } = new Intl.Collator('en', { numeric: true });

function compareValues(a: Value | undefined, b: Value | undefined, sign: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  return sign * compare(String(a), String(b));
}
