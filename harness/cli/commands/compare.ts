import type { BackendName } from '../../../node/tfjs/index.js';
import { compare as compareRuns } from '../../compare/compare.js';
import { parseGrid, parseNames, parseSeeds } from '../../compare/lists.js';
import { folderBeside } from '../../run/reproduce.js';
import { backendOf } from '../../run/run-record.js';
import { note, ownCommand } from '../../terminal/output.js';
import { stopOnSignals } from '../../terminal/stop.js';
import { endOf, openCountedDisplay, optionWords, tellTables } from '../compared.js';

export interface CompareOptions {
  readonly seeds: string;
  readonly variants?: string;
  readonly loss?: string;
  readonly curvature?: string;
  readonly task?: string;
  readonly model?: string;
  readonly grid: readonly string[];
  /** Dotted path -> value. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Absent: one for each core, or on CUDA for each GPU. */
  readonly jobs?: number;
  readonly out?: string;
  readonly steps?: number;
  readonly registry: string[];
  readonly backend: 'auto' | BackendName;
  /** Of each run. Absent: the cores divided by the jobs. */
  readonly workers?: number;
  readonly data?: string;
  readonly json?: boolean;
}

/** What need not be written out in a command. */
const DEFAULTS: Readonly<Record<string, unknown>> = { seeds: '3', backend: 'auto' };

/**
 * `newton-losses compare SOURCE...`: trains what is compared on paired seeds, then prints a table and writes
 * report.html. What is finished is kept, what was stopped is gone on with. The exit code, 0 where all runs are finished
 * and none has failed. DATA where runs have learned the same task from different data.
 */
export async function compare(sources: readonly string[], options: CompareOptions): Promise<number> {
  const { variants, loss, curvature, grid, seeds, steps, set, task, model, jobs, out, registry, backend } = options;
  const { workers, data } = options;
  const stop = stopOnSignals();
  const compared = await compareRuns(sources, {
    ...{ task, model, jobs, folder: out, registry, backend, workers, data, signal: stop.signal, tell: note },
    variants: names('--variants', variants),
    losses: names('--loss', loss),
    curvatures: names('--curvature', curvature),
    grid: Object.fromEntries(parseGrid(grid).map((axis) => [axis.path, axis.values])),
    seeds: parseSeeds(seeds),
    changes: { ...(steps !== undefined && { steps }), ...set },
    command: (root, folders) => againCommand(sources, options, root, folders),
    openDisplay: openCountedDisplay,
  });
  return endOf(compared, stop, commandLine(sources, options), () => tellTables(compared, options.json));
}

function names(option: string, text: string | undefined): string[] | undefined {
  return text === undefined ? undefined : parseNames(option, text);
}

/** What to type for the same comparison once more, elsewhere: on the backend that its runs took, where one is known. */
function againCommand(
  sources: readonly string[],
  options: CompareOptions,
  root: string,
  folders: readonly string[],
): string {
  const backend = folders.map(backendOf).find((name) => name !== undefined);
  return commandLine(sources, {
    ...options,
    ...(backend !== undefined && { backend: backend as BackendName }),
    out: folderBeside(root),
  });
}

/** What to type for the same comparison again. */
function commandLine(sources: readonly string[], options: CompareOptions): string {
  const { seeds, variants, loss, curvature, task, model, jobs, out, steps, backend, workers, data } = options;
  const single = { seeds, variants, loss, curvature, task, model, jobs, out, steps, backend, workers, data };
  return ownCommand(['compare', ...sources, ...optionWords(single, options, DEFAULTS)]);
}
