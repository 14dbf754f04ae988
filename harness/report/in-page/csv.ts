import type { Curves } from '../chart/curves.js';
import { csvLine } from '../tables/csv.js';

type Cell = string | number | null;

/** A row an evaluation. */
export function evaluationsTable({ metrics, variants, runs, parameter }: Curves): string {
  const places = parameter ? [parameter.name] : ['step', 'seconds'];
  const rows = runs.flatMap(({ variant, seed, evaluations }) => {
    const isLevel = parameter !== undefined && variant < parameter.levels;
    return evaluations.step.slice(0, isLevel ? 1 : undefined).map((step, i): Cell[] => [
      variants[variant],
      seed,
      isLevel ? null : step,
      ...(parameter ? [] : [evaluations.seconds[i]]),
      ...evaluations.metrics.map((values) => values[i]),
    ]);
  });
  return [['variant', 'seed', ...places, ...metrics.map(({ name }) => name)], ...rows].map(csvLine).join('');
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
