import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { LossError } from '../../core/errors.js';
import { writeFileAtomically } from '../files/atomic-file.js';
import { lockFolder } from '../files/lock.js';
import type { Job } from '../compare/protocol.js';
import { bothTexts, isSameData, requireRunData } from '../run/run-data.js';
import { differences, readRunExperiment } from '../run/run-folder.js';
import { isFinished } from '../run/run-record.js';

/** The texts of a finished run's folder by the names of its files, as JSON, gzipped, base64. */
export type PackedRun = string;

/** What comes back of a run. Last is what says that it is finished, so that a folder that is half written is not. */
const FILES = [
  'versions.json',
  'data.json',
  'predictions.svg',
  'times.jsonl',
  'experiment.json',
  'metrics.jsonl',
] as const;
/** Bytes of all of them. */
const LARGEST = 256 * 2 ** 20;

export function packRun(folder: string): PackedRun {
  const there = FILES.filter((name) => existsSync(path.join(folder, name)));
  const texts = Object.fromEntries(there.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
  return gzipSync(JSON.stringify(texts)).toString('base64');
}

/**
 * Writes what a worker has sent into the folder of its job. DATA where that is not the finished run of the job's
 * experiment, or learned from other data than the run in `sameDataAs`.
 */
export function unpackRun(packed: PackedRun, job: Omit<Job, 'sameDataAs'>, sameDataAs: string | undefined): void {
  const texts = textsOf(packed);
  requireRun(texts, job, sameDataAs);
  const { folder, origin } = job;
  const unlock = lockFolder(folder);
  try {
    writeFileAtomically(path.join(folder, 'origin.json'), `${JSON.stringify(origin, undefined, 2)}\n`);
    for (const [name, text] of texts) writeFileAtomically(path.join(folder, name), text);
  } finally {
    unlock();
  }
}

/** In the order in which they are written. */
function textsOf(packed: PackedRun): [name: string, text: string][] {
  try {
    const json = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: LARGEST }).toString();
    const texts = JSON.parse(json) as Readonly<Record<string, unknown>>;
    return FILES.flatMap((name) => (typeof texts[name] === 'string' ? [[name, texts[name]]] : []));
  } catch (cause) {
    throw new LossError('DATA', `a worker has sent no run: ${(cause as Error).message}`, { cause });
  }
}

/** Looks at the files where they do no harm. */
function requireRun(
  texts: readonly (readonly [string, string])[],
  { experiment }: Pick<Job, 'experiment'>,
  sameDataAs: string | undefined,
): void {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'newton-losses-run-')), 'sent by a worker');
  try {
    mkdirSync(folder);
    for (const [name, text] of texts) writeFileSync(path.join(folder, name), text);
    const [differ] = differences(readRunExperiment(folder), JSON.parse(JSON.stringify(experiment)));
    if (differ !== undefined) throw new LossError('DATA', `a worker has sent another experiment: ${differ}`);
    if (!isFinished(folder)) throw new LossError('DATA', 'a worker has sent a run that is not finished');
    const data = requireRunData(folder);
    if (sameDataAs === undefined || isSameData(requireRunData(sameDataAs), data)) return;
    const [there, here] = bothTexts(requireRunData(sameDataAs), data);
    throw new LossError('DATA', `the run in ${sameDataAs} learned from ${there}, the worker from ${here}`);
  } finally {
    rmSync(path.dirname(folder), { recursive: true, force: true });
  }
}
