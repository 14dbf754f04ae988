import { improvementOf } from './comparisons.js';
import { countMean, difference, metricSpread, metricUnit, milliseconds, pValue } from './format.js';
import type { GroupSummary, Spread, VariantSummary } from './summary.js';

/** A column of the results table, on paper and in the terminal alike. */
export interface Column {
  readonly title: string;
  readonly unit: string;
  readonly cell: (variant: VariantSummary) => string;
  /** Whether the cell stands out, as in the paper. */
  readonly improvement?: (variant: VariantSummary) => ReturnType<typeof improvementOf>;
}

export const NOTHING = '–';

/** A column a metric, as reported by the task. */
export function metricColumns({ metrics, metric, references: [baseline] }: GroupSummary): Column[] {
  return Object.entries(metrics).map(([name, info]) => ({
    title: name,
    unit: metricUnit(info),
    cell: ({ final }) => shown(final[name], (spread) => metricSpread(info, spread)),
    ...(name === metric && { improvement: ({ differences }) => improvementOf(differences[baseline]) }),
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

/** The p-value of the difference from the baseline, corrected; none where no comparison has one. */
export function pColumns({ references: [baseline], variants }: GroupSummary): Column[] {
  if (variants.every(({ differences }) => differences[baseline]?.p.holm === undefined)) return [];
  const cell = ({ differences }: VariantSummary): string => {
    const p = differences[baseline]?.p.holm;
    return p === undefined ? NOTHING : pValue(p);
  };
  return [{ title: 'p', unit: 'Holm', cell }];
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
