import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import path from 'node:path';
import { LossError } from '../../core/errors.js';
import { type FileSystem, writeFileAtomically } from '../files/atomic-file.js';
import type { MetricsMark } from './metrics-file.js';

/** Everything a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  /** Optimiser updates done. */
  readonly step: number;
  /** The run's, resolved: a checkpoint of another one is not gone on from. */
  readonly experiment: object;
  /** Of metrics.jsonl at that step; what was written later is written again. */
  readonly metrics: MetricsMark;
  /** What else the trainer carries from step to step; anything JSON keeps exactly, as it does every finite number. */
  readonly state: unknown;
  /** Weights and optimiser state by name. */
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

interface Header extends Omit<Checkpoint, 'arrays'> {
  readonly arrays: readonly { readonly name: string; readonly length: number }[];
}

/*
 * magic (8 bytes) | version, header bytes, data bytes (uint32, little-endian) | header (JSON) | float32 data,
 * little-endian | SHA-256 of all before
 */
const MAGIC = 'NLossCkp';
const VERSION = 2; // 1: without experiment and digest of the metrics
const PREFIX = 20;
const DIGEST = 32;

export function encodeCheckpoint({ arrays, ...rest }: Checkpoint): Uint8Array {
  const entries = Object.entries(arrays);
  const header: Header = { ...rest, arrays: entries.map(([name, { length }]) => ({ name, length })) };
  const json = Buffer.from(JSON.stringify(header));
  const data = entries.map(([, array]) => Buffer.from(array.buffer, array.byteOffset, array.byteLength));
  const prefix = Buffer.alloc(PREFIX);
  prefix.write(MAGIC, 'latin1');
  [VERSION, json.length, data.reduce((sum, { length }) => sum + length, 0)].forEach((word, k) =>
    prefix.writeUInt32LE(word, 8 + 4 * k)
  );
  const content = Buffer.concat([prefix, json, ...data]);
  return Buffer.concat([content, digestOf(content)]);
}

/**
 * The inverse of `encodeCheckpoint`. CHECKPOINT, naming `file` and what is wrong, unless every byte is as it was
 * written.
 */
export function decodeCheckpoint(bytes: Uint8Array, file: string): Checkpoint {
  const buffer = Buffer.from(bytes);
  const { headerEnd, end } = extentOf(buffer.subarray(0, PREFIX), buffer.length, file);
  if (!digestOf(buffer.subarray(0, end)).equals(buffer.subarray(end))) {
    throw wrong(file, 'damaged: its SHA-256 is not that of its content');
  }
  const header = JSON.parse(buffer.toString('utf8', PREFIX, headerEnd)) as Header;
  return { ...header, arrays: cut(buffer.subarray(headerEnd, end), header) };
}

/** Where the parts of a file end, by its first bytes. CHECKPOINT where it is none of that size. */
function extentOf(prefix: Buffer, size: number, file: string): { readonly headerEnd: number; readonly end: number } {
  if (size < PREFIX) {
    throw wrong(file, `truncated: a checkpoint has at least ${PREFIX + DIGEST} bytes, got ${size}`);
  }
  const magic = prefix.toString('latin1', 0, 8);
  if (magic !== MAGIC) {
    throw wrong(file, `not a checkpoint: it should begin with ${MAGIC}, got ${JSON.stringify(magic)}`);
  }
  const version = prefix.readUInt32LE(8);
  if (version !== VERSION) throw wrong(file, `written in format ${version}, this version reads format ${VERSION}`);
  const headerEnd = PREFIX + prefix.readUInt32LE(12);
  const end = headerEnd + prefix.readUInt32LE(16);
  const expected = end + DIGEST;
  if (size === expected) return { headerEnd, end };
  throw wrong(file, `${size < expected ? 'truncated' : 'too long'}: expected ${expected} bytes, got ${size}`);
}

function wrong(file: string, what: string): LossError {
  return new LossError('CHECKPOINT', `${file}: ${what}`);
}

function cut(data: Uint8Array, { arrays }: Header): Record<string, Float32Array> {
  const floats = new Float32Array(new Uint8Array(data).buffer);
  let at = 0;
  return Object.fromEntries(arrays.map(({ name, length }) => [name, floats.slice(at, at += length)]));
}

function digestOf(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}

/** Writes the checkpoint into the folder, atomically, and removes all but the last two. */
export function saveCheckpoint(folder: string, checkpoint: Checkpoint, disk: FileSystem = fs): void {
  writeFileAtomically(path.join(folder, fileName(checkpoint.step)), encodeCheckpoint(checkpoint), disk);
  for (const old of checkpointFiles(folder).slice(2)) disk.rmSync(path.join(folder, old), { force: true });
}

/**
 * The newest sound checkpoint of a folder, or undefined where there is none at all; `warn` hears of those that were
 * passed over: damaged, unreadable, or at `fault` with what else there is, which that says. CHECKPOINT where there are
 * some and none is sound.
 */
export function loadCheckpoint(
  folder: string,
  warn: (message: string) => void,
  fault: (checkpoint: Checkpoint, file: string) => string | undefined = () => undefined,
): Checkpoint | undefined {
  const faults: string[] = [];
  for (const name of checkpointFiles(folder)) {
    const file = path.join(folder, name);
    const found = readCheckpoint(file);
    const wrong = typeof found === 'string' ? found : fault(found, file);
    if (typeof found !== 'string' && wrong === undefined) return found;
    faults.push(wrong!);
    warn(`passed over a checkpoint: ${wrong}`);
  }
  if (faults.length === 0) return undefined;
  const remedy = 'begin anew in another folder (--out)';
  throw new LossError('CHECKPOINT', `${folder} has no checkpoint to resume from; ${faults[0]}; ${remedy}`);
}

/** The checkpoint, or what is wrong with the file. */
function readCheckpoint(file: string): Checkpoint | string {
  return soundOr(() => decodeCheckpoint(fs.readFileSync(file), file), file);
}

/** What is wrong with the checkpoints of a folder: all of them, read `whole`, or their beginnings and sizes alone. */
export function checkpointFaults(folder: string, whole: boolean): string[] {
  return checkpointFiles(folder).flatMap((name) => {
    const file = path.join(folder, name);
    const found = whole ? readCheckpoint(file) : soundOr(() => checkExtent(file), file);
    return typeof found === 'string' && fs.existsSync(file) ? [found] : []; // a run that goes on removes old ones
  });
}

/** CHECKPOINT where the file is not as long as its first bytes say. */
function checkExtent(file: string): object {
  const descriptor = fs.openSync(file, 'r');
  try {
    const prefix = Buffer.alloc(PREFIX);
    fs.readSync(descriptor, prefix, 0, PREFIX, 0);
    return extentOf(prefix, fs.fstatSync(descriptor).size, file);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** What `read` gives, or what is wrong with the file. */
function soundOr<T extends object>(read: () => T, file: string): T | string {
  try {
    return read();
  } catch (error) {
    return error instanceof LossError ? error.message : `cannot read ${file}: ${(error as Error).message}`;
  }
}

export function hasCheckpoints(folder: string): boolean {
  return checkpointFiles(folder).length > 0;
}

function fileName(step: number): string {
  return `checkpoint-${String(step).padStart(8, '0')}.bin`;
}

/** Newest first. */
function checkpointFiles(folder: string): string[] {
  return fs
    .readdirSync(folder)
    .filter((name) => /^checkpoint-\d+\.bin$/.test(name))
    .sort((a, b) => Number(b.slice(11, -4)) - Number(a.slice(11, -4)));
}
