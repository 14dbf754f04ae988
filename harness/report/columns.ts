import { countMean, difference, metricSpread, metricUnit, milliseconds } from './format.js';
import type { GroupSummary, Spread, VariantSummary } from './summary.js';

/** A column of the results table, on paper and in the terminal alike. */
export interface Column {
  readonly title: string;
  readonly unit: string;
  readonly cell: (variant: VariantSummary) => string;
}

const NOTHING = '–';

/** A column a metric, as reported by the task. */
export function metricColumns({ metrics }: GroupSummary): Column[] {
  return Object.entries(metrics).map(([name, info]) => ({
    title: name,
    unit: metricUnit(info),
    cell: ({ final }) => shown(final[name], (spread) => metricSpread(info, spread)),
  }));
}

/** Best value of the headline metric, explosive steps and time. */
export function runColumns({ metric }: GroupSummary): Column[] {
  const best: Column = { title: `best ${metric}`, unit: '%', cell: (variant) => shown(variant.best, shareSpread) };
  return [
    ...(metric === undefined ? [] : [best]),
    { title: 'explosive', unit: 'steps', cell: ({ explosions }) => shown(explosions, countMean) },
    { title: 'time', unit: 'ms/step', cell: ({ msPerStep }) => shown(msPerStep, milliseconds) },
  ];
}

/** A column a reference: the paired difference of the headline metric; none where no run has measured it yet. */
export function differenceColumns({ metric, references, variants }: GroupSummary): Column[] {
  if (metric === undefined) return [];
  const interval = variants.some(({ differences }) => Object.values(differences).some((found) => found.interval));
  return references.map((reference) => ({
    title: `${metric} − ${reference}`,
    unit: interval ? 'points [95% interval]' : 'points',
    cell: ({ differences }) => (differences[reference] ? difference(differences[reference]) : NOTHING),
  }));
}

const shareSpread = (spread: Spread): string => metricSpread({ kind: 'share' }, spread);

function shown(spread: Spread | undefined, format: (spread: Spread) => string): string {
  return spread ? format(spread) : NOTHING;
}
