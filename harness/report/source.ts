import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LossError } from '../../core/errors.js';
import { isRunFolder } from '../run/run-folder.js';
import { comparisonSchema, readJson } from '../run/run-files.js';
import { readRun } from '../run/run-record.js';
import type { ComparedRun, RunGroup } from './summary.js';

/** comparison.json: what a comparison set out to run, and what failed. */
export interface ComparisonFile {
  readonly command: string;
  /** Runs side by side. */
  readonly jobs: number;
  readonly groups: readonly {
    readonly name: string;
    /** `folder` is relative to that of comparison.json. */
    readonly runs: readonly {
      readonly variant: string;
      readonly seed: number;
      readonly folder: string;
      readonly failure?: string;
    }[];
  }[];
}

/** Everything that a report is made of. */
export interface ReportSource {
  readonly folder: string;
  readonly title: string;
  readonly command?: string;
  readonly jobs?: number;
  readonly groups: readonly RunGroup[];
}

export const COMPARISON_FILE = 'comparison.json';

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
  const variant = name.slice(name.lastIndexOf('/') + 1);
  return { folder, title: `${name}, seed ${seed}`, groups: [{ name, runs: [{ variant, seed, record }] }] };
}

function readComparison(folder: string): ReportSource {
  const { command, jobs, groups } = readJson(join(folder, COMPARISON_FILE), comparisonSchema) as ComparisonFile;
  return {
    folder,
    title: groups.map(({ name }) => name).join(', '),
    command,
    jobs,
    groups: groups.map(({ runs, ...group }) => ({ ...group, runs: runs.map((run) => readCompared(folder, run)) })),
  };
}

function readCompared(root: string, run: ComparisonFile['groups'][number]['runs'][number]): ComparedRun {
  const { folder, ...planned } = run;
  const path = join(root, folder);
  return isRunFolder(path) ? { ...planned, record: readRun(path) } : planned;
}
