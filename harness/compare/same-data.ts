import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { LossError } from '../../core/errors.js';
import type { Named } from '../experiments/experiment.js';
import { bothTexts, isSameData, readRunData, type RunData } from '../run/run-data.js';
import { hasProgress, readRunExperiment } from '../run/run-folder.js';
import type { PlannedRun } from './plan.js';

/** A run that has got anywhere, and what from. */
interface KnownRun {
  readonly folder: string;
  readonly task: Named;
  readonly data: RunData;
}

/**
 * The folder of a run that has learned the same task already, whose data others have to share; undefined where there is
 * none.
 */
export function folderWithTask(root: string, runs: readonly PlannedRun[], task: Named): string | undefined {
  return knownRuns(root, runs).find((run) => isDeepStrictEqual(run.task, task))?.folder;
}

/**
 * DATA, naming both, where two runs have learned the same task from different data: their difference would be taken for
 * that of the variants.
 */
export function requireSameData(root: string, runs: readonly PlannedRun[]): void {
  const known = knownRuns(root, runs);
  for (const run of known) {
    const first = known.find(({ task }) => isDeepStrictEqual(task, run.task))!;
    if (isSameData(first.data, run.data)) continue;
    const [one, other] = bothTexts(first.data, run.data);
    const what = `${first.folder} learned from ${one}, ${run.folder} from ${other}`;
    const remedy = 'remove one of them, or choose another folder (--out)';
    throw new LossError('DATA', `${what}: they cannot be compared; ${remedy}`);
  }
}

function knownRuns(root: string, runs: readonly PlannedRun[]): KnownRun[] {
  return runs.flatMap((run) => {
    const folder = path.join(root, run.folder);
    const data = hasProgress(folder) ? readRunData(folder) : undefined;
    return data ? [{ folder, task: readRunExperiment(folder).task, data }] : [];
  });
}
