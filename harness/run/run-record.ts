import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LossError } from '../../core/errors.js';
import type { NewtonDiagnostics } from '../../core/newton/index.js';
import { compileSchema, explain } from '../../core/schema.js';
import type { Experiment } from '../experiments/experiment.js';
import type { Origin } from '../experiments/origin.js';
import { largestOf } from './extremes.js';
import type { MetricInfo } from '../tasks/index.js';
import type { RunData } from './run-data.js';
import { isRunFolder } from './run-folder.js';
import {
  dataSchema,
  experimentSchema,
  lineSchema,
  originSchema,
  readJson,
  timeSchema,
  versionsSchema,
} from './run-files.js';
import type { TimeLine } from './run-times.js';

/** One line of metrics.jsonl of kind "train": what happened in the `logEvery` steps up to `step`. */
export interface TrainingLine {
  readonly step: number;
  readonly loss: number;
  /** Largest per-sample gradient norm |g_i| of the interval. */
  readonly gradientNorm: number;
  /** Steps of the interval that counted as explosive. */
  readonly explosions: number;
  /** Steps of the interval in which some direction was set to zero. */
  readonly skipped?: number;
  readonly msPerStep: number;
  /** Of the curvature at `step`; absent for the plain loss. */
  readonly newton?: NewtonDiagnostics;
}

/** One line of kind "eval": the task's metrics on a fixed evaluation set. */
export interface EvaluationLine {
  readonly step: number;
  readonly split: string;
  /** In the set; absent in folders of earlier versions. */
  readonly samples?: number;
  readonly final: boolean;
  readonly metrics: Readonly<Record<string, number>>;
}

/** What the report shows of versions.json. */
export interface RecordedVersions {
  readonly 'newton-losses'?: string;
  readonly node?: string;
  readonly platform?: string;
  readonly tfjs?: string;
  /** Processor and cores; absent in folders of earlier versions. */
  readonly machine?: string;
  readonly backend?: {
    readonly name: string;
    readonly threads: number;
    readonly simd: boolean;
    /** Absent in folders of earlier versions. */
    readonly fma?: boolean;
  };
  readonly loss?: { readonly source: string };
  readonly curvature?: { readonly reason: string };
  /** Those that the run went on with. */
  readonly resumed?: readonly { readonly backend?: { readonly name: string }; readonly machine?: string }[];
}

/** A run folder as read back. */
export interface RunRecord {
  readonly folder: string;
  readonly experiment: Experiment;
  readonly versions: RecordedVersions;
  /** Absent in folders of earlier versions. */
  readonly origin?: Origin;
  /** What the run learned from, where that is on record. */
  readonly data?: string;
  /** What the task says of its metrics, where that is on record. */
  readonly metrics?: Readonly<Record<string, MetricInfo>>;
  /** An SVG of what the network makes of the first test samples, where the task draws one. */
  readonly drawing?: string;
  readonly training: readonly TrainingLine[];
  readonly evaluations: readonly EvaluationLine[];
  /** Empty in folders of earlier versions. */
  readonly times: readonly TimeLine[];
}

type Line = { readonly kind: string; readonly step: number; readonly [key: string]: unknown };

/**
 * Reads a run folder, finished or not. DATA where a file is missing or malformed; torn last lines are left out. With
 * `damaged`, which hears of them, files and lines that cannot be read are left out too, experiment.json excepted.
 */
export function readRun(folder: string, damaged: (error: unknown) => void = raise): RunRecord {
  const optional = <T>(name: string, read: (file: string) => T): T | undefined => {
    const file = join(folder, name);
    return lstatSync(file, { throwIfNoEntry: false }) && sound(() => read(file), damaged);
  };
  const data = optional('data.json', (file) => readJson(file, dataSchema) as RunData);
  const origin = optional('origin.json', (file) => readJson(file, originSchema) as Origin);
  const linesOf = <T>(name: string, schema: object): T[] =>
    (isRunFolder(folder) && optional(name, (file) => readLines<T>(file, schema, damaged))) || [];
  const lines = linesOf<Line>('metrics.jsonl', lineSchema);
  const drawing = optional('predictions.svg', (file) => readFileSync(file, 'utf8'));
  return {
    folder,
    experiment: readJson(join(folder, 'experiment.json'), experimentSchema) as Experiment,
    versions: optional('versions.json', (file) => readJson(file, versionsSchema) as RecordedVersions) ?? {},
    ...(origin && { origin }),
    ...(data && { data: data.source }),
    ...(data?.metrics && { metrics: data.metrics }),
    ...(drawing !== undefined && { drawing }),
    training: latest(lines, 'train').map((line) => line as unknown as TrainingLine),
    evaluations: latest(lines, 'eval').map(toEvaluation),
    times: linesOf<TimeLine>('times.jsonl', timeSchema),
  };
}

/** Why a folder that holds a run cannot be read. Undefined where it can be, or holds none. */
export function unreadable(folder: string): LossError | undefined {
  try {
    if (isRunFolder(folder)) readRun(folder);
    return undefined;
  } catch (error) {
    if (error instanceof LossError) return error;
    throw error;
  }
}

/** What a run is called: `mnist-sort/quick-softsort/hessian (modified), seed 3`. */
export function titleOf({ name, seed }: Experiment, origin: Origin | undefined): string {
  return `${name}${origin?.modified ? ' (modified)' : ''}, seed ${seed}`;
}

/** The evaluation at the last step, once the run has got there. */
export function finalEvaluation(run: RunRecord): EvaluationLine | undefined {
  return run.evaluations.find((line) => line.final);
}

/** The last step on record, 0 where there is none. */
export function lastStep({ training, evaluations }: RunRecord): number {
  return largestOf([0, ...training.map(({ step }) => step), ...evaluations.map(({ step }) => step)]);
}

/** Whether the run in a folder has come to its last step. */
export function isFinished(folder: string): boolean {
  return isRunFolder(folder) && finalEvaluation(readRun(folder)) !== undefined;
}

/** Steps on record of a run folder, 0 where there is none. */
export function stepsDone(folder: string): number {
  return isRunFolder(folder) ? lastStep(readRun(folder)) : 0;
}

/** The tfjs backends that a run was on, in order, each once; empty where none is on record. */
export function backendsOf({ backend, resumed = [] }: RecordedVersions): string[] {
  return [...new Set([backend, ...resumed.map((later) => later.backend)].flatMap((used) => used?.name ?? []))];
}

/** The machines that a run was on, in order, each once; empty where none is on record. */
export function machinesOf({ machine, resumed = [] }: RecordedVersions): string[] {
  return [...new Set([machine, ...resumed.map((later) => later.machine)].flatMap((used) => used ?? []))];
}

/** The tfjs backend that the run in a folder began with; undefined where none is on record. */
export function backendOf(folder: string): string | undefined {
  return isRunFolder(folder) ? backendsOf(readRun(folder).versions)[0] : undefined;
}

function raise(error: unknown): never {
  throw error;
}

/** What `read` gives; undefined where it throws, which `damaged` hears of. */
function sound<T>(read: () => T, damaged: (error: unknown) => void): T | undefined {
  try {
    return read();
  } catch (error) {
    damaged(error);
    return undefined;
  }
}

function readLines<T>(file: string, schema: object, damaged: (error: unknown) => void): T[] {
  const rows = readFileSync(file, 'utf8').split('\n');
  rows.pop(); // what follows the last newline: empty, unless the writer was killed in the middle of a line
  const valid = compileSchema<T>(schema);
  const lineOf = (row: string, where: string): T => {
    const line = parsed(row, where);
    if (!valid(line)) throw new LossError('DATA', `${where}: ${explain(valid, 'the line')}`);
    return line;
  };
  return rows.flatMap((row, i) => (row === '' ? [] : sound(() => lineOf(row, `${file}:${i + 1}`), damaged) ?? []));
}

function parsed(row: string, where: string): unknown {
  try {
    return JSON.parse(row) as unknown;
  } catch (cause) {
    throw new LossError('DATA', `${where}: expected a JSON object a line, got ${row.slice(0, 80)}`, { cause });
  }
}

/** Lines of a kind by step and split; where a resumed run wrote a step again, its later line counts. */
function latest(lines: readonly Line[], kind: string): Line[] {
  const byPlace = new Map<string, Line>();
  for (const line of lines) if (line.kind === kind) byPlace.set(`${line.step} ${String(line['split'])}`, line);
  return [...byPlace.values()].sort((a, b) => a.step - b.step);
}

function toEvaluation({ step, split, final, samples, ...rest }: Line): EvaluationLine {
  const metrics = Object.create(null) as Record<string, number>; // a file may call a metric like what objects inherit
  for (const [name, value] of Object.entries(rest)) if (typeof value === 'number') metrics[name] = value;
  const size = typeof samples === 'number' ? { samples } : {};
  return { step, split: String(split), ...size, final: final === true, metrics };
}
