import type { Curves } from '../chart/curves.js';
import { csvLine } from '../tables/csv.js';

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
  return [['variant', 'seed', 'step', 'seconds', ...metrics.map(({ name }) => name)], ...rows].map(csvLine).join('');
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
  const heads = ['variant', 'seed', 'step', 'seconds', 'loss', 'largest |g|', 'explosive steps'];
  return [heads, ...rows].map(csvLine).join('');
}
