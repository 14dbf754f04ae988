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
  const wrong = (what: string): LossError => new LossError('CHECKPOINT', `${file}: ${what}`);
  if (buffer.length < PREFIX) {
    throw wrong(`truncated: a checkpoint has at least ${PREFIX + DIGEST} bytes, got ${buffer.length}`);
  }
  const magic = buffer.toString('latin1', 0, 8);
  if (magic !== MAGIC) throw wrong(`not a checkpoint: it should begin with ${MAGIC}, got ${JSON.stringify(magic)}`);
  const [version, headerBytes, dataBytes] = [8, 12, 16].map((at) => buffer.readUInt32LE(at)) as [
    number,
    number,
    number,
  ];
  if (version !== VERSION) throw wrong(`written in format ${version}, this version reads format ${VERSION}`);
  const end = PREFIX + headerBytes + dataBytes;
  if (buffer.length !== end + DIGEST) {
    throw wrong(
      `${buffer.length < end + DIGEST ? 'truncated' : 'too long'}: expected ${
        end + DIGEST
      } bytes, got ${buffer.length}`,
    );
  }
  if (!digestOf(buffer.subarray(0, end)).equals(buffer.subarray(end))) {
    throw wrong('damaged: its SHA-256 is not that of its content');
  }
  const header = JSON.parse(buffer.toString('utf8', PREFIX, PREFIX + headerBytes)) as Header;
  return { ...header, arrays: cut(buffer.subarray(PREFIX + headerBytes, end), header) };
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
  try {
    return decodeCheckpoint(fs.readFileSync(file), file);
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
