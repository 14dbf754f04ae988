import { differenceCell, known, metricCell, nothing, pCell, spreadCell } from './cells.js';
import { improvementOf } from './comparisons.js';
import { countMean, metricUnit, milliseconds } from './format.js';
import type { GroupSummary, VariantSummary } from './summary.js';
import type { RichCell } from './tables/table.js';

/** A column of the results table, on paper and in the terminal alike. */
export interface Column {
  readonly title: string;
  readonly unit: string;
  readonly cell: (variant: VariantSummary) => RichCell;
}

/** A column a metric, as reported by the task. */
export function metricColumns({ metrics, metric, references: [baseline] }: GroupSummary): Column[] {
  return Object.entries(metrics).map(([name, info]) => ({
    title: name,
    unit: metricUnit(info),
    cell: ({ final, differences }) => ({
      ...known(final[name], (spread) => metricCell(info, spread)),
      ...(name === metric && emphasisOf(differences[baseline])),
    }),
  }));
}

/** What the paper prints in bold. */
export function emphasisOf(difference: Parameters<typeof improvementOf>[0]): Pick<RichCell, 'emphasis'> {
  const better = improvementOf(difference);
  return better ? { emphasis: better === 'significant' ? 'bold' : 'grey' } : {};
}

/** Best value of the headline metric, explosive steps and time. */
export function runColumns({ metric }: GroupSummary): Column[] {
  const best: Column = {
    title: `best ${metric}`,
    unit: '%',
    cell: (variant) => known(variant.best, (spread) => metricCell({ kind: 'share' }, spread)),
  };
  return [
    ...(metric === undefined ? [] : [best]),
    {
      title: 'explosive',
      unit: 'steps',
      cell: ({ explosions }) => known(explosions, (spread) => spreadCell(spread, countMean(spread))),
    },
    {
      title: 'time',
      unit: 'ms/step',
      cell: ({ msPerStep }) => known(msPerStep, (spread) => spreadCell(spread, milliseconds(spread))),
    },
  ];
}

/** The p-value of the difference from the baseline, corrected; none where no comparison has one. */
export function pColumns({ references: [baseline], variants }: GroupSummary): Column[] {
  if (variants.every(({ differences }) => differences[baseline]?.p.holm === undefined)) return [];
  const cell = ({ differences }: VariantSummary): RichCell => known(differences[baseline]?.p.holm, pCell);
  return [{ title: 'p', unit: 'Holm', cell }];
}

/** A column a reference: the paired difference of the headline metric; none where no run has measured it yet. */
export function differenceColumns({ metric, references, variants }: GroupSummary): Column[] {
  if (metric === undefined) return [];
  const interval = variants.some(({ differences }) => Object.values(differences).some((found) => found.interval));
  return references.map((reference) => ({
    title: `${metric} − ${reference}`,
    unit: interval ? 'points [95% interval]' : 'points',
    cell: ({ differences }) => (differences[reference] ? differenceCell(differences[reference]) : nothing),
  }));
}
