import type { BackendName } from '../../../node/tfjs/index.js';
import { parseNumbers } from '../../compare/lists.js';
import { percent } from '../../report/format.js';
import { folderBeside } from '../../run/reproduce.js';
import { mean } from '../../statistics/index.js';
import { columns, note, print, printJson, ownCommand } from '../../terminal/output.js';
import { stopOnSignals } from '../../terminal/stop.js';
import { lambdaText, type Score, standardError } from '../../tune/choose.js';
import { tune as tuneLambda, type Tuned } from '../../tune/tune.js';
import { endOf, openCountedDisplay, optionWords } from '../compared.js';

export interface TuneCommandOptions {
  /** Absent: the paper's. */
  readonly lambdas?: string;
  readonly relative?: boolean;
  readonly seed: string;
  /** Dotted path -> value. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** `true`: into the file that was given. */
  readonly write?: string | true | undefined;
  /** Absent: one for each core, or on CUDA for each GPU. */
  readonly jobs?: number;
  readonly out?: string;
  readonly registry: string[];
  readonly backend: 'auto' | BackendName;
  /** Of each run. Absent: the cores divided by the jobs. */
  readonly workers?: number;
  readonly data?: string;
  readonly json?: boolean;
}

/** What need not be written out in a command. */
const DEFAULTS: Readonly<Record<string, unknown>> = { seed: '0', backend: 'auto' };

/**
 * `newton-losses tune EXPERIMENT`: tries lambdas on validation data, prints what they came to and the best, and writes
 * that where it is asked to. The exit code, 0 where all runs are finished and none has failed.
 */
export async function tune(source: string, options: TuneCommandOptions): Promise<number> {
  const { lambdas, relative, seed, set, write, jobs, out, registry, backend, workers, data } = options;
  const stop = stopOnSignals();
  const tuned = await tuneLambda(source, {
    ...{ relative, write, jobs, folder: out, registry, backend, workers, data, signal: stop.signal, tell: note },
    lambdas: lambdas === undefined ? undefined : parseNumbers('--lambdas', lambdas),
    seeds: parseNumbers('--seed', seed),
    ...(set && { changes: set }),
    command: (root) => commandLine(source, { ...options, write: undefined, out: folderBeside(root) }),
    openDisplay: openCountedDisplay,
  });
  return endOf(tuned, stop, commandLine(source, options), () => tell(tuned, source, options));
}

function tell(tuned: Tuned, source: string, options: TuneCommandOptions): void {
  const { metric, scores, plain, best, warnings, written, report } = tuned;
  if (options.json) {
    const figures = (score: Score): object => ({ ...score, standardError: standardError(score) });
    return printJson({ report, metric, plain: figures(plain), scores: scores.map(figures), best, warnings, written });
  }
  const heads = ['LAMBDA', `${metric ?? 'METRIC'} %, validation`, 'STANDARD ERROR', ''];
  const rows = [plain, ...scores].map((score) => [...cellsOf(score), score === best ? 'best' : '']);
  columns([heads, ...rows]).forEach((line) => print(line));
  print();
  if (best) print(`lambda ${lambdaText(best.lambda)} is the best on validation data`);
  warnings.forEach((warning) => print(`- ${warning}`));
  if (written !== undefined) print(`written: ${written}`);
  else if (best) note(`to write it: ${commandLine(source, { ...options, write: writeOf(source) })}`);
  print(`report: ${report}`);
}

function cellsOf(score: Score): string[] {
  const { lambda, values, failure } = score;
  const error = standardError(score);
  const found = values.length === 0 ? failure ?? 'not finished' : percent(mean(values));
  return [lambdaText(lambda), found, values.length === 0 || error === undefined ? '' : percent(error)];
}

/** What `--write` would be. */
function writeOf(source: string): string | true {
  return /\.json(\/|$)/.test(source) ? true : 'tuned.json';
}

/** What to type for the same again. */
function commandLine(source: string, options: TuneCommandOptions): string {
  const { lambdas, seed, jobs, out, backend, workers, data, relative, write } = options;
  const single = { lambdas, seed, jobs, out, backend, workers, data };
  return ownCommand([
    'tune',
    source,
    ...(relative ? ['--relative'] : []),
    ...optionWords(single, options, DEFAULTS),
    ...(write === undefined ? [] : ['--write', ...(write === true ? [] : [write])]),
  ]);
}
