import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setWords } from '../command-line.js';

/** A sweep of two comparisons, eight runs of a second each. */
export const TINY = {
  title: 'knapsacks',
  seeds: 2,
  comparisons: [
    { experiments: ['knapsack/spo-plus'], variants: ['none', 'fisher'] },
    { name: 'squares', experiments: ['knapsack/mse'], variants: ['none', 'hessian'] },
  ],
};

/** What makes its runs short. */
export const SHORT = {
  steps: 30,
  evalEvery: 15,
  logEvery: 5,
  checkpointEvery: 10,
  'task.train': 100,
  'task.validation': 10,
  'task.test': 50,
};

/** The folders of its runs. */
export const TINY_RUNS = [0, 1].flatMap((seed) =>
  ['knapsack/spo-plus/none', 'knapsack/spo-plus/fisher', 'squares/knapsack/mse/none', 'squares/knapsack/mse/hessian']
    .map(
      (run) => `${run}/seed-${seed}`,
    )
);

/** The words of `set`, and the file, written to a folder. */
export function tinySweep(folder: string, changes: object = {}): string[] {
  const file = path.join(folder, 'tiny.json');
  writeFileSync(file, JSON.stringify(TINY));
  return [file, ...setWords({ ...SHORT, ...changes })];
}
