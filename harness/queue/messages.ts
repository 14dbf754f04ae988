import { createHash } from 'node:crypto';
import { LossError } from '../../core/errors.js';
import { compileSchema, explain } from '../../core/schema.js';
import { ownVersion } from '../cli/package-version.js';
import type { Failure, Figures, Job } from '../compare/protocol.js';
import { backendNames } from '../experiments/backend-names.js';
import type { Origin } from '../experiments/origin.js';
import { originSchema } from '../run/run-files.js';
import type { Resources } from '../run/run.js';
import type { PackedRun } from './packed-run.js';

/** The queue of all sweeps on a Redis. */
export const QUEUE = 'newton-losses';

/** A run as it is put to the queue: nothing in it is a path or code. */
export interface QueuedRun {
  /** Of the package that put it there: other versions have other figures. */
  readonly version: string;
  /** Resolved; a worker validates and resolves it again. */
  readonly experiment: unknown;
  readonly backend: Resources['backend'];
  readonly origin: Pick<Origin, 'source' | 'changes' | 'modified'>;
}

/** How a run ended on a worker. */
export type QueuedResult =
  & { readonly warnings: readonly string[] }
  & (({ readonly state: 'finished'; readonly run: PackedRun } & Figures) | ({ readonly state: 'failed' } & Failure));

const { source, changes, modified } = originSchema.properties;
const runSchema = {
  type: 'object',
  properties: {
    version: { type: 'string' },
    experiment: { type: 'object' },
    backend: { enum: ['auto', ...backendNames] },
    origin: {
      type: 'object',
      properties: { source, changes, modified },
      required: ['changes', 'modified'],
      additionalProperties: false,
    },
  },
  required: ['version', 'experiment', 'backend', 'origin'],
  additionalProperties: false,
};

const warnings = { type: 'array', items: { type: 'string' } };
const resultSchema = {
  type: 'object',
  properties: { state: { enum: ['finished', 'failed'] }, warnings },
  required: ['state', 'warnings'],
  if: { properties: { state: { const: 'finished' } } },
  then: {
    properties: { run: { type: 'string' }, step: { type: 'integer' }, metrics: { type: 'object' } },
    required: ['run', 'step', 'metrics'],
  },
  else: {
    properties: { code: { type: 'string' }, message: { type: 'string' } },
    required: ['code', 'message'],
  },
};

export function queuedRun({ experiment, origin, resources }: Omit<Job, 'sameDataAs'>): QueuedRun {
  const { source, changes, modified } = origin;
  return {
    version: ownVersion,
    experiment,
    backend: resources.backend,
    origin: { ...(source !== undefined && { source }), changes, modified },
  };
}

/** PARAMS for what is none. */
export function validRun(content: unknown): QueuedRun {
  const valid = compileSchema<QueuedRun>(runSchema);
  if (valid(content)) return content;
  throw new LossError('PARAMS', `not a run of newton-losses ${ownVersion}: ${explain(valid, 'job')}`);
}

/** DATA for what is none. */
export function validResult(content: unknown): QueuedResult {
  const valid = compileSchema<QueuedResult>(resultSchema);
  if (valid(content)) return content;
  throw new LossError('DATA', `a worker has sent no result: ${explain(valid, 'result')}`);
}

/**
 * What a run of a sweep is called in the queue: the same where it is put there again, by whoever goes on with the sweep;
 * of another experiment or version another one.
 */
export function idOf(sweep: string, folder: string, run: QueuedRun): string {
  const digest = createHash('sha256').update(JSON.stringify([folder, run])).digest('hex').slice(0, 32);
  return `${prefixOf(sweep)}${digest}`;
}

/** Of the names of all runs of a sweep. */
export function prefixOf(sweep: string): string {
  return `run-${sweep}-`;
}
