import { countMean, difference, milliseconds, percentSpread } from './format.js';
import { type GroupSummary, type Spread, type VariantSummary } from './summary.js';

/** A column of the results table, on paper and in the terminal alike. */
export interface Column {
  readonly title: string;
  readonly unit: string;
  readonly cell: (variant: VariantSummary) => string;
}

const NOTHING = '–';

/** A column a metric, as reported by the task. */
export function metricColumns({ variants }: GroupSummary): Column[] {
  const names = [...new Set(variants.flatMap(({ final }) => Object.keys(final)))];
  return names.map((name) => ({ title: name, unit: '%', cell: ({ final }) => shown(final[name], percentSpread) }));
}

/** Best value of the headline metric, explosive steps and time. */
export function runColumns({ metric }: GroupSummary): Column[] {
  const best: Column = { title: `best ${metric}`, unit: '%', cell: (variant) => shown(variant.best, percentSpread) };
  return [
    ...(metric === undefined ? [] : [best]),
    { title: 'explosive', unit: 'steps', cell: ({ explosions }) => shown(explosions, countMean) },
    { title: 'time', unit: 'ms/step', cell: ({ msPerStep }) => shown(msPerStep, milliseconds) },
  ];
}

/** A column a reference: the paired difference of the headline metric. */
export function differenceColumns({ metric, references, variants }: GroupSummary): Column[] {
  const interval = variants.some(({ differences }) => Object.values(differences).some((found) => found.interval));
  return references.map((reference) => ({
    title: `${metric} − ${reference}`,
    unit: interval ? 'points [95% interval]' : 'points',
    cell: ({ differences }) => (differences[reference] ? difference(differences[reference]) : NOTHING),
  }));
}

function shown(spread: Spread | undefined, format: (spread: Spread) => string): string {
  return spread ? format(spread) : NOTHING;
}
