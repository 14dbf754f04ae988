import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { LossError } from '../../core/errors.js';
import { writeFileAtomically } from '../files/atomic-file.js';
import { readJson } from '../run/run-files.js';
import type { PlannedRun } from './plan.js';

export const COMPARISON_FILE = 'comparison.json';

/** comparison.json: what a comparison set out to run, and what failed. */
export interface ComparisonFile {
  /** Of its report, where it has one of its own. */
  readonly title?: string | undefined;
  /** What to type for the same comparison in another folder. */
  readonly command: string;
  /** Runs side by side; absent where they were spread over machines. */
  readonly jobs?: number | undefined;
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

const comparisonSchema = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    command: { type: 'string' },
    jobs: { type: 'integer', minimum: 1 },
    groups: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          runs: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              properties: {
                variant: { type: 'string' },
                seed: { type: 'integer' },
                folder: { type: 'string' },
                failure: { type: 'string' },
              },
              required: ['variant', 'seed', 'folder'],
            },
          },
        },
        required: ['name', 'runs'],
      },
    },
  },
  required: ['command', 'groups'],
};

/** DATA where the file is not that of a comparison. */
export function readComparisonFile(root: string): ComparisonFile {
  return readJson(path.join(root, COMPARISON_FILE), comparisonSchema) as ComparisonFile;
}

/** Writes the file of a comparison, with what has failed so far. CHECKPOINT where it cannot be written. */
export function writeComparisonFile(
  root: string,
  { title, command, jobs }: Pick<ComparisonFile, 'title' | 'command' | 'jobs'>,
  runs: readonly PlannedRun[],
  failures: ReadonlyMap<PlannedRun, string>,
): void {
  const groups = [...new Set(runs.map(({ group }) => group))];
  const content: ComparisonFile = {
    ...{ title, command, jobs },
    groups: groups.map((group) => {
      const members = runs.filter((run) => run.group === group);
      return {
        name: members.some(({ origin }) => origin.modified) ? `${group} (modified)` : group,
        runs: members.map((run) => {
          const { variant, seed, folder } = run;
          return { variant, seed, folder, ...(failures.has(run) && { failure: failures.get(run)! }) };
        }),
      };
    }),
  };
  try {
    mkdirSync(root, { recursive: true });
    writeFileAtomically(path.join(root, COMPARISON_FILE), `${JSON.stringify(content, undefined, 2)}\n`);
  } catch (cause) {
    const wrong = `cannot write ${path.join(root, COMPARISON_FILE)}: ${(cause as Error).message}`;
    throw new LossError('CHECKPOINT', `${wrong}; what the runs have saved is intact`, { cause });
  }
}
