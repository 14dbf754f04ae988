import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LossError } from '../../core/errors.js';
import { parseJson } from '../../core/json-text.js';
import { isObject } from '../experiments/presets.js';
import type { MetricInfo } from '../tasks/index.js';

/** data.json: what a run learns from, and what is measured. */
export interface RunData {
  /** As `OpenTask.source`. */
  readonly source: string;
  /** As `OpenTask.digests`; absent in folders of earlier versions. */
  readonly digests?: Readonly<Record<string, string>>;
  /** Shape of one sample and number of outputs, as of `OpenTask`; absent in folders of earlier versions. */
  readonly input?: readonly number[];
  readonly outputs?: number;
  /** As `Task.metrics`; absent in folders of earlier versions. */
  readonly metrics?: Readonly<Record<string, MetricInfo>>;
}

/** Of a run folder; undefined where nothing is on record yet. DATA where the file cannot be read. */
export function readRunData(folder: string): RunData | undefined {
  const file = path.join(folder, 'data.json');
  if (!existsSync(file)) return undefined;
  try {
    return asRunData(parseJson(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new LossError('DATA', `cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}

/** The same; DATA where nothing is on record. */
export function requireRunData(folder: string): RunData {
  const data = readRunData(folder);
  if (!data) throw new LossError('DATA', `${folder}: expected a run folder with data.json, got none`);
  return data;
}

/** Undefined for what is no record of data. */
export function asRunData(content: unknown): RunData | undefined {
  return isObject(content) && typeof content['source'] === 'string' ? (content as unknown as RunData) : undefined;
}

/**
 * Whether two runs learn from the same data, wherever they found it: the digests of the parts that both have on record
 * decide; where there is no such part, the source does.
 */
export function isSameData(one: RunData, other: RunData): boolean {
  const parts = commonParts(one, other);
  return parts.length === 0 ? one.source === other.source : differing(one, other).length === 0;
}

/**
 * Both in a few words, with the parts that differ: `MNIST in a (train 1f2e3d4c5b6a) and MNIST in b (train
 * 6a5b4c3d2e1f)`.
 */
export function bothTexts(one: RunData, other: RunData): [string, string] {
  const parts = differing(one, other);
  const text = ({ source, digests = {} }: RunData): string => {
    const shown = parts.map((part) => `${part} ${digests[part].slice(0, 12)}`);
    return shown.length === 0 ? source : `${source} (SHA-256 of ${shown.join(', ')})`;
  };
  return [text(one), text(other)];
}

function differing(one: RunData, other: RunData): string[] {
  return commonParts(one, other).filter((part) => one.digests![part] !== other.digests![part]);
}

function commonParts({ digests: one = {} }: RunData, { digests: other = {} }: RunData): string[] {
  return Object.keys(one).filter((part) => other[part] !== undefined);
}
