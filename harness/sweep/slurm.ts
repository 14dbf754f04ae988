import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFileAtomically } from '../files/atomic-file.js';
import { hasProgress, RunFolder } from '../run/run-folder.js';
import type { Resources } from '../run/run.js';
import { stateOf } from '../compare/carry-out.js';
import { writeComparisonFile } from '../compare/comparison-file.js';
import { shellText } from '../terminal/output.js';
import type { PlannedSweep } from './sweep.js';

/** What holds for every run of the array. */
export interface SlurmOptions {
  readonly resources: Pick<Resources, 'backend' | 'workers' | 'data'>;
  readonly registry: readonly string[];
  /** Runs at a time; absent: as many as the cluster gives. */
  readonly jobs?: number | undefined;
  /** What to type for the same sweep in another folder. */
  readonly command: string;
}

/** A sweep as a job array. */
export interface SlurmArray {
  /** For sbatch; undefined where nothing is left to run. */
  readonly script: string | undefined;
  readonly runs: number;
}

/** What a task runs: this Node and this version, wherever a shell on a node would find others, or none. */
const PROGRAM = [process.execPath, fileURLToPath(new URL('../cli/main.js', import.meta.url))];

/** Runs that are not finished, a line each. */
const LINES = 'slurm-runs.txt';

/**
 * Writes what a job array needs into the folder of a sweep, which all nodes have to see: experiment.json of every run,
 * comparison.json for the report, and a file with one `train` a line, which the script reads by its number in the
 * array. Errors as of `carryOut`.
 */
export function writeSlurmArray({ sweep, root, runs }: PlannedSweep, options: SlurmOptions): SlurmArray {
  const { damaged, pending } = stateOf(root, runs);
  writeComparisonFile(root, { title: sweep.title, command: options.command }, runs, damaged);
  const folders = pending.map((run) => {
    const folder = path.resolve(root, run.folder);
    if (!hasProgress(folder)) RunFolder.create(folder, run.experiment).close();
    return folder;
  });
  const file = path.resolve(root, LINES);
  writeFileAtomically(file, folders.map((folder) => `${trainLine(folder, options)}\n`).join(''));
  const script = folders.length === 0 ? undefined : scriptOf(sweep.name, file, folders.length, options);
  return { script, runs: folders.length };
}

function trainLine(folder: string, { resources, registry }: SlurmOptions): string {
  const { backend, workers = 1, data } = resources;
  const flags = [
    ['out', folder],
    ['backend', backend],
    ['workers', String(workers)],
    ...registry.map((source) => ['registry', source.endsWith('.json') ? path.resolve(source) : source]),
    ...(data === undefined ? [] : [['data', path.resolve(data)]]),
  ];
  const words = flags.flatMap(([name, value]) => [`--${name}`, value]);
  return shellText([...PROGRAM, 'train', path.join(folder, 'experiment.json'), ...words, '--resume', '--quiet']);
}

/** The signal before the time is over goes to the batch shell, which the run has taken the place of: it saves a checkpoint. */
function scriptOf(name: string, file: string, runs: number, { resources, jobs }: SlurmOptions): string {
  const log = shellText([path.join(path.dirname(file), 'slurm-%a.log')]);
  return `#!/bin/bash
#SBATCH --job-name=${name.replaceAll(/\s/g, '-')}
#SBATCH --array=1-${runs}${jobs === undefined ? '' : `%${jobs}`}
#SBATCH --cpus-per-task=${resources.workers ?? 1}
#SBATCH --signal=B:INT@120
#SBATCH --output=${log}
run=$(sed -n "\${SLURM_ARRAY_TASK_ID}p" ${shellText([file])})
eval "exec $run"
`;
}
