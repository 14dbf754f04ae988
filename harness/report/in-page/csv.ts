import type { Curves } from '../chart/curves.js';

type Cell = string | number | null;

/** A row an evaluation. */
export function evaluationsTable({ metrics, variants, runs }: Curves): string {
  const rows = runs.flatMap(({ variant, seed, evaluations }) =>
    evaluations.step.map((step, i): Cell[] => [
      variants[variant],
      seed,
      step,
      evaluations.seconds[i],
      ...evaluations.metrics.map((values) => values[i]),
    ])
  );
  return text([['variant', 'seed', 'step', 'seconds', ...metrics.map(({ name }) => name)], ...rows]);
}

/** A row a logging interval. */
export function trainingTable({ variants, runs }: Curves): string {
  const rows = runs.flatMap(({ variant, seed, training }) =>
    training.step.map((step, i): Cell[] => [
      variants[variant],
      seed,
      step,
      training.seconds[i],
      training.loss[i],
      training.gradientNorm[i],
      training.explosions[i],
    ])
  );
  return text([['variant', 'seed', 'step', 'seconds', 'loss', 'largest |g|', 'explosive steps'], ...rows]);
}

/** RFC 4180: texts in quotes where they hold a comma, a quote or the end of a line. */
function text(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: Cell): string {
  const written = String(value ?? '');
  return /[",\r\n]/.test(written) ? `"${written.replaceAll('"', '""')}"` : written;
}
