import * as fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { LossError } from '../core/errors.js';
import { type FileSystem, writeFileAtomically, writeFully } from './atomic-file.js';
import { type Checkpoint, hasCheckpoints, loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import { type Experiment, validExperiment } from './experiment.js';
import { lockFolder } from './lock.js';
import { isObject } from './presets.js';

/** What a run that got nowhere may have left. */
const OWN = /^(lock|metrics\.jsonl|(experiment|versions|data)\.json(\.tmp)?|checkpoint-\d+\.bin\.tmp)$/;

/** The file system as runs use it; a test passes one that fails. */
export type RunDisk = FileSystem & Pick<typeof fs, 'ftruncateSync'>;

/**
 * The folder of one run: experiment.json (resolved), versions.json, data.json, metrics.jsonl and the last two checkpoints. One process at a
 * time has it open. Errors in writing are CHECKPOINT errors and leave the checkpoints that exist.
 */
export class RunFolder {
  private constructor(
    readonly path: string,
    /** Where the run goes on; undefined: at the beginning. */
    readonly checkpoint: Checkpoint | undefined,
    private readonly metrics: number,
    private metricsBytes: number,
    private readonly unlock: () => void,
    private readonly disk: RunDisk,
  ) {}

  /** Begins a run. CHECKPOINT where the folder holds anything to lose: nothing is ever overwritten. */
  static create(folder: string, experiment: Experiment, disk: RunDisk = fs): RunFolder {
    if (hasProgress(folder)) throw new LossError('CHECKPOINT', `${folder} holds a run already: go on with it (--resume) or choose another folder (--out)`);
    const strangers = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => !OWN.test(name)) : [];
    if (strangers.length > 0) throw new LossError('CHECKPOINT', `${folder} holds other files (${strangers[0]}): choose another folder (--out)`);
    guard(folder, 'the folder', () => fs.mkdirSync(folder, { recursive: true }));
    const run = RunFolder.open(folder, undefined, disk);
    run.writeJson('experiment.json', experiment);
    return run;
  }

  /**
   * Opens a run to go on from its last sound checkpoint, or from the beginning where it has none; metrics.jsonl is cut to what
   * it was then. `warn` hears of damaged checkpoints that were passed over. CHECKPOINT where `experiment` is another.
   */
  static resume(folder: string, experiment: Experiment, warn: (message: string) => void, disk: RunDisk = fs): RunFolder {
    const [first] = differences(readRunExperiment(folder), experiment);
    if (first) throw new LossError('CHECKPOINT', `${folder} holds another experiment: ${first}; choose another folder (--out)`);
    return RunFolder.open(folder, warn, disk);
  }

  private static open(folder: string, warn: ((message: string) => void) | undefined, disk: RunDisk): RunFolder {
    const unlock = guard(folder, 'lock', () => lockFolder(folder));
    try {
      removeHalfWritten(folder);
      const checkpoint = warn && loadCheckpoint(folder, warn);
      const metricsBytes = checkpoint?.metricsBytes ?? 0;
      const metrics = guard(folder, 'metrics.jsonl', () => openCut(path.join(folder, 'metrics.jsonl'), metricsBytes, disk));
      return new RunFolder(folder, checkpoint, metrics, metricsBytes, unlock, disk);
    } catch (error) {
      unlock();
      throw error;
    }
  }

  /** Adds a line to metrics.jsonl. */
  append(line: object): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    guard(this.path, 'metrics.jsonl', () => writeFully(this.metrics, bytes, this.metricsBytes, this.disk));
    this.metricsBytes += bytes.length;
  }

  /** Saves a checkpoint, after what was appended is on the disk. */
  save(checkpoint: Omit<Checkpoint, 'metricsBytes'>): void {
    guard(this.path, 'a checkpoint', () => {
      this.disk.fsyncSync(this.metrics);
      saveCheckpoint(this.path, { ...checkpoint, metricsBytes: this.metricsBytes }, this.disk);
    });
  }

  /** Of one of the folder's JSON files; undefined where there is no such file. */
  readJson(name: string): unknown {
    return fs.existsSync(this.file(name)) ? (JSON.parse(fs.readFileSync(this.file(name), 'utf8')) as unknown) : undefined;
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
    fs.closeSync(this.metrics);
    this.unlock();
  }
}

export function isRunFolder(folder: string): boolean {
  return fs.existsSync(path.join(folder, 'experiment.json'));
}

/** Whether the folder holds a run that got anywhere; one that failed at its start has nothing to lose. */
export function hasProgress(folder: string): boolean {
  if (!isRunFolder(folder)) return false;
  const metrics = path.join(folder, 'metrics.jsonl');
  return hasCheckpoints(folder) || (fs.existsSync(metrics) && fs.statSync(metrics).size > 0);
}

/** Opens a file for writing and cuts it to `bytes`. CHECKPOINT where it is shorter. */
function openCut(file: string, bytes: number, disk: RunDisk): number {
  const descriptor = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT);
  const { size } = fs.fstatSync(descriptor);
  if (size < bytes) throw new LossError('CHECKPOINT', `${file}: should have at least ${bytes} bytes, those of the last checkpoint, got ${size}`);
  disk.ftruncateSync(descriptor, bytes);
  return descriptor;
}

/** What a process left that was killed while it wrote. */
function removeHalfWritten(folder: string): void {
  for (const name of fs.readdirSync(folder).filter((other) => other.endsWith('.tmp'))) fs.rmSync(path.join(folder, name));
}

function jsonText(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function guard<T>(folder: string, what: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    if (cause instanceof LossError) throw cause;
    throw new LossError('CHECKPOINT', `${folder}: cannot write ${what}: ${(cause as Error).message}; checkpoints saved before are intact`, { cause });
  }
}

/** The experiment of a run folder. CHECKPOINT where the folder is none. */
export function readRunExperiment(folder: string): Experiment {
  const file = path.join(folder, 'experiment.json');
  try {
    return validExperiment(JSON.parse(fs.readFileSync(file, 'utf8')), file);
  } catch (cause) {
    throw new LossError('CHECKPOINT', `${folder} is not a run folder: ${(cause as Error).message}`, { cause });
  }
}

/** Where two objects differ: `newton.lambda is 0.1 there, 1 here`; empty where they are the same. */
export function differences(there: unknown, here: unknown, at = ''): string[] {
  if (isDeepStrictEqual(there, here)) return [];
  if (!isObject(there) || !isObject(here)) return [`${at} is ${JSON.stringify(there)} there, ${JSON.stringify(here)} here`];
  const keys = new Set([...Object.keys(there), ...Object.keys(here)]);
  return [...keys].flatMap((key) => differences(there[key], here[key], at === '' ? key : `${at}.${key}`));
}
