import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LossError } from '../../core/errors.js';
import { COMPARISON_FILE, type ComparisonFile, readComparisonFile } from '../compare/comparison-file.js';
import { isRunFolder } from '../run/run-folder.js';
import { reproduceCommand } from '../run/reproduce.js';
import { readRun, titleOf, unreadable } from '../run/run-record.js';
import type { ComparedRun, RunGroup } from './summary.js';

/** Everything that a report is made of. */
export interface ReportSource {
  readonly folder: string;
  readonly title: string;
  /** What to type for the same figures. */
  readonly command: string;
  readonly jobs?: number | undefined;
  readonly groups: readonly RunGroup[];
}

/** Reads the folder of a comparison or of a single run. DATA where it is neither. */
export function readSource(folder: string): ReportSource {
  if (existsSync(join(folder, COMPARISON_FILE))) return readComparison(folder);
  if (!isRunFolder(folder)) {
    throw new LossError(
      'DATA',
      `${folder}: expected the folder of a comparison or of a run, found neither ${COMPARISON_FILE} nor experiment.json`,
    );
  }
  const record = readRun(folder);
  const { name, seed } = record.experiment;
  const command = reproduceCommand(record);
  const variant = name.slice(name.lastIndexOf('/') + 1);
  return {
    folder,
    title: titleOf(record.experiment, record.origin),
    command,
    groups: [{ name, runs: [{ variant, seed, record }] }],
  };
}

function readComparison(folder: string): ReportSource {
  const { groups, title = groups.map(({ name }) => name).join(', '), command, jobs } = readComparisonFile(folder);
  return {
    folder,
    ...{ title, command, jobs },
    groups: groups.map(({ runs, ...group }) => ({ ...group, runs: runs.map((run) => readCompared(folder, run)) })),
  };
}

function readCompared(root: string, run: ComparisonFile['groups'][number]['runs'][number]): ComparedRun {
  const { folder, ...planned } = run;
  const path = join(root, folder);
  const damage = unreadable(path);
  if (damage) return { failure: damage.message, ...planned };
  return isRunFolder(path) ? { ...planned, record: readRun(path) } : planned;
}
