import * as fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { LossError } from '../../core/errors.js';
import { parseJson } from '../../core/json-text.js';
import { temporaryOf, writeFileAtomically } from '../files/atomic-file.js';
import { type Checkpoint, hasCheckpoints, loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import { type Experiment, validExperiment } from '../experiments/experiment.js';
import { lockFolder } from '../files/lock.js';
import { MetricsFile, type MetricsDisk } from './metrics-file.js';
import { isObject } from '../experiments/presets.js';
import { type TimeLine, timesUntil } from './run-times.js';

/** What a process leaves that had not begun its run. */
const EARLIEST = /^(lock(\.[0-9a-f]{12})*|experiment\.json|metrics\.jsonl)$/;
/** What one that got nowhere may leave besides. */
const EARLY = /^((versions|data|origin|summary)\.json|times\.jsonl|report\.html|predictions\.svg)$/;
const CHECKPOINT = /^checkpoint-\d+\.bin$/;

/** The file system as runs use it; a test passes one that fails. */
export type RunDisk = MetricsDisk;
type Warn = (message: string) => void;

/**
 * The folder of one run: experiment.json (resolved), origin.json, versions.json, data.json, metrics.jsonl, times.jsonl
 * and the last two checkpoints. One process at a time has it open. Errors in writing are CHECKPOINT errors and leave the
 * checkpoints that exist.
 */
export class RunFolder {
  private constructor(
    readonly path: string,
    private readonly experiment: object,
    /** Where the run goes on; undefined: at the beginning. */
    readonly checkpoint: Checkpoint | undefined,
    private readonly metrics: MetricsFile,
    private readonly unlock: () => void,
    private readonly disk: RunDisk,
  ) {}

  /** Begins a run. CHECKPOINT where the folder holds anything to lose: nothing is ever overwritten. */
  static create(folder: string, experiment: Experiment, disk: RunDisk = fs): RunFolder {
    requireFree(folder);
    guard(folder, 'the folder', () => fs.mkdirSync(folder, { recursive: true }));
    const run = RunFolder.open(folder, experiment, undefined, disk);
    try {
      run.writeJson('experiment.json', experiment);
      return run;
    } catch (error) {
      run.close();
      throw error;
    }
  }

  /**
   * Opens a run to go on from its last sound checkpoint, or from the beginning where it has none; metrics.jsonl and
   * times.jsonl are cut to what they were then. `warn` hears of checkpoints that were passed over: damaged, or at odds
   * with metrics.jsonl. CHECKPOINT where `experiment` is not that of the folder or of the checkpoint.
   */
  static resume(folder: string, experiment: Experiment, warn: Warn, disk: RunDisk = fs): RunFolder {
    const [first] = differences(readRunExperiment(folder), jsonOf(experiment));
    if (first) {
      throw new LossError('CHECKPOINT', `${folder} holds another experiment: ${first}; choose another folder (--out)`);
    }
    return RunFolder.open(folder, experiment, warn, disk);
  }

  /** `warn`: absent to begin. */
  private static open(folder: string, given: Experiment, warn: Warn | undefined, disk: RunDisk): RunFolder {
    const experiment = jsonOf(given);
    const unlock = guard(folder, 'lock', () => lockFolder(folder));
    try {
      if (!warn) requireFree(folder); // until it was locked, another process may have run here
      removeHalfWritten(folder);
      const metrics = guard(folder, 'metrics.jsonl', () => MetricsFile.open(path.join(folder, 'metrics.jsonl'), disk));
      try {
        const fault = (checkpoint: Checkpoint, file: string): string | undefined => {
          requireSameExperiment(checkpoint, experiment, file);
          return metrics.fault(checkpoint.metrics);
        };
        const checkpoint = warn && loadCheckpoint(folder, warn, fault);
        guard(folder, 'metrics.jsonl', () => metrics.cut(checkpoint?.metrics.bytes ?? 0));
        guard(folder, 'times.jsonl', () => cutTimes(path.join(folder, 'times.jsonl'), checkpoint?.step ?? -1, disk));
        return new RunFolder(folder, experiment, checkpoint, metrics, unlock, disk);
      } catch (error) {
        metrics.close();
        throw error;
      }
    } catch (error) {
      unlock();
      throw error;
    }
  }

  /** Adds a line to metrics.jsonl. */
  append(line: object): void {
    guard(this.path, 'metrics.jsonl', () => this.metrics.append(line));
  }

  /** Adds a line to times.jsonl. */
  appendTime(line: TimeLine): void {
    guard(this.path, 'times.jsonl', () => fs.appendFileSync(this.file('times.jsonl'), `${JSON.stringify(line)}\n`));
  }

  /** Saves a checkpoint, after what was appended is on the disk. */
  save(checkpoint: Pick<Checkpoint, 'step' | 'state' | 'arrays'>): void {
    guard(this.path, 'a checkpoint', () => {
      const metrics = this.metrics.sync();
      saveCheckpoint(this.path, { ...checkpoint, experiment: this.experiment, metrics }, this.disk);
    });
  }

  /** Of one of the folder's JSON files; undefined where there is no such file. CHECKPOINT where it cannot be read. */
  readJson(name: string): unknown {
    try {
      return parseJson(fs.readFileSync(this.file(name), 'utf8'));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      const wrong = `cannot read ${this.file(name)}: ${(cause as Error).message}`;
      throw new LossError('CHECKPOINT', `${wrong}; restore it, or remove it to go on without`, { cause });
    }
  }

  writeJson(name: string, content: object): void {
    this.writeText(name, jsonText(content));
  }

  writeText(name: string, content: string): void {
    guard(this.path, name, () => writeFileAtomically(this.file(name), content, this.disk));
  }

  file(name: string): string {
    return path.join(this.path, name);
  }

  close(): void {
    this.metrics.close();
    this.unlock();
  }
}

export function isRunFolder(folder: string): boolean {
  return fs.existsSync(path.join(folder, 'experiment.json'));
}

/** Whether the folder holds a run that got anywhere; one that failed at its start has nothing to lose. */
export function hasProgress(folder: string): boolean {
  if (!isRunFolder(folder)) return false;
  return hasCheckpoints(folder) || hasMetrics(folder);
}

/** CHECKPOINT where a folder holds anything to lose. */
function requireFree(folder: string): void {
  const other = 'choose another folder (--out)';
  if (hasProgress(folder)) {
    throw new LossError('CHECKPOINT', `${folder} holds a run already: go on with it (--resume) or ${other}`);
  }
  const [stranger] = guard(folder, 'the folder', () => strangers(folder));
  if (stranger !== undefined) throw new LossError('CHECKPOINT', `${folder} holds other files (${stranger}): ${other}`);
}

/** What of the folder is not a run's own, or of nobody knows which run's. */
function strangers(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  const began = isRunFolder(folder);
  const ours = (name: string): boolean => EARLIEST.test(name) || (began && EARLY.test(name)) || isHalfWritten(name);
  return fs.readdirSync(folder).filter((name) => !ours(name) || (name === 'metrics.jsonl' && hasMetrics(folder)));
}

/** Whether a name is that of a run's file in the making, by this version or an earlier one. */
function isHalfWritten(name: string): boolean {
  const whole = temporaryOf(name) ?? name.replace(/\.tmp$/, '');
  return whole !== name && [EARLIEST, EARLY, CHECKPOINT].some((names) => names.test(whole));
}

/** What a process left that was killed while it wrote; locks in the making may be those of processes that live. */
function removeHalfWritten(folder: string): void {
  const names = fs.readdirSync(folder).filter((name) => isHalfWritten(name) && !name.startsWith('lock'));
  for (const name of names) guard(folder, name, () => fs.rmSync(path.join(folder, name)));
}

/** Leaves the times until a step. */
function cutTimes(file: string, step: number, disk: RunDisk): void {
  const kept = timesUntil(file, step);
  if (kept !== undefined) writeFileAtomically(file, kept, disk);
}

function hasMetrics(folder: string): boolean {
  return (fs.statSync(path.join(folder, 'metrics.jsonl'), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** CHECKPOINT, naming what differs. */
function requireSameExperiment(checkpoint: Checkpoint, experiment: object, file: string): void {
  const differ = differences(validExperiment(checkpoint.experiment, file), experiment);
  if (differ.length === 0) return;
  const remedy = 'restore experiment.json, or begin anew in another folder (--out)';
  throw new LossError('CHECKPOINT', `${file} is of another experiment: ${differ.join('; ')}; ${remedy}`);
}

/** As it is read back, without what JSON does not tell apart. */
function jsonOf(experiment: Experiment): object {
  return JSON.parse(JSON.stringify(experiment)) as object;
}

function jsonText(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function guard<T>(folder: string, what: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    if (cause instanceof LossError) throw cause;
    const kept = fs.existsSync(folder) && fs.statSync(folder).isDirectory() && hasCheckpoints(folder);
    const intact = kept ? '; checkpoints saved before are intact' : '';
    const wrong = `${folder}: cannot write ${what}: ${(cause as Error).message}`;
    throw new LossError('CHECKPOINT', `${wrong}${intact}`, { cause });
  }
}

/** The experiment of a run folder. CHECKPOINT where the folder is none. */
export function readRunExperiment(folder: string): Experiment {
  const file = path.join(folder, 'experiment.json');
  try {
    return validExperiment(parseJson(fs.readFileSync(file, 'utf8')), file);
  } catch (cause) {
    throw new LossError('CHECKPOINT', `${folder} is not a run folder: ${(cause as Error).message}`, { cause });
  }
}

/** Where two objects differ: `newton.lambda is 0.1 there, 1 here`; empty where they are the same. */
export function differences(there: unknown, here: unknown, at = ''): string[] {
  if (isDeepStrictEqual(there, here)) return [];
  if (!isObject(there) || !isObject(here)) {
    return [`${at} is ${JSON.stringify(there)} there, ${JSON.stringify(here)} here`];
  }
  const keys = new Set([...Object.keys(there), ...Object.keys(here)]);
  return [...keys].flatMap((key) => differences(there[key], here[key], at === '' ? key : `${at}.${key}`));
}
