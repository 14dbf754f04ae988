import type { NewtonDiagnostics } from '../../core/newton/index.js';
import { median } from '../statistics/index.js';
import { nothing } from './cells.js';
import type { Places } from './places.js';
import type { RunRecord } from '../run/run-record.js';
import type { GroupSummary, RunGroup } from './summary.js';
import type { Cell, RichCell, Row, Table } from './tables/table.js';

/** What the curvature of the Newton variants was like in the logged steps; nothing where no variant has one. */
export function curvatureTable(group: RunGroup, { variants }: GroupSummary, places: Places): Table | undefined {
  const rows = variants.flatMap(({ variant }) => {
    const records = group.runs.flatMap((run) => (run.variant === variant && run.record ? [run.record] : []));
    const logged = records.flatMap(({ training }) => training.flatMap(({ newton }) => (newton ? [newton] : [])));
    return logged.length === 0 ? [] : [curvatureRow(places.variant(variant), logged, skippedSteps(records))];
  });
  if (rows.length === 0) return undefined;
  const titles = [
    'λ',
    'smallest eigenvalue',
    'largest eigenvalue',
    'condition number',
    '|d| / |g|',
    'steps with skipped samples',
  ];
  return {
    name: 'curvature',
    caption: 'Of the curvature matrix before damping, medians over the logged steps of all runs that have one.',
    first: 'Variant',
    heads: titles.map((title) => ({ title })),
    rows,
    notes: [
      'The condition number is that of the damped matrix.',
      'Where λ is far above the largest eigenvalue, the direction d is the gradient g divided by λ, which Adam’s scaling undoes: such a Newton loss differs from the plain loss only in steps whose curvature is exceptionally large.',
    ],
  };
}

function curvatureRow(head: Cell, logged: readonly NewtonDiagnostics[], skipped: number): Row {
  const of = (value: (diagnostics: NewtonDiagnostics) => number): RichCell =>
    significant(median(logged.map(value).filter(Number.isFinite)));
  const cells = [
    of(({ largestLambda }) => largestLambda),
    of(({ smallestEigenvalue }) => smallestEigenvalue),
    of(({ largestEigenvalue }) => largestEigenvalue),
    of(({ conditionNumber }) => conditionNumber),
    of(({ directionToGradient }) => directionToGradient),
    skipped,
  ];
  return { head, cells };
}

function skippedSteps(records: readonly RunRecord[]): number {
  return records.flatMap(({ training }) => training).reduce((sum, { skipped }) => sum + (skipped ?? 0), 0);
}

/**
 * Three significant digits; what is rounding to a matrix of ordinary entries is shown as 0, and a dash where no step
 * had a number: NaN and infinity, of matrices of zeros or without inverse, are null in metrics.jsonl.
 */
function significant(value: number): RichCell {
  if (Number.isNaN(value)) return nothing;
  return { text: Math.abs(value) < 1e-12 ? '0' : String(Number(value.toPrecision(3))), numbers: { '': value } };
}
