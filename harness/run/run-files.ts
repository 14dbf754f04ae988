import { readFileSync } from 'node:fs';
import type { AnySchema } from 'ajv';
import { LossError } from '../../core/errors.js';
import { parseJson } from '../../core/json-text.js';
import { compileSchema, explain } from '../../core/schema.js';

/** What reports rely on in the files of run folders, of this version or an earlier one. */

const named = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };

/** experiment.json */
export const experimentSchema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    task: named,
    model: named,
    loss: {
      ...named,
      properties: { name: { type: 'string' }, params: { type: 'object' } },
      required: ['name', 'params'],
    },
    newton: { type: 'object', properties: { curvature: { type: 'string' } }, required: ['curvature'] },
    optimizer: { type: 'object' },
    backend: { type: 'string' },
    steps: { type: 'integer', minimum: 1 },
    seed: { type: 'integer' },
  },
  required: ['name', 'task', 'model', 'loss', 'newton', 'optimizer', 'steps', 'seed'],
};

/** versions.json */
export const versionsSchema = {
  type: 'object',
  properties: {
    'newton-losses': { type: 'string' },
    node: { type: 'string' },
    platform: { type: 'string' },
    tfjs: { type: 'string' },
    machine: { type: 'string' },
    backend: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        threads: { type: 'integer' },
        simd: { type: 'boolean' },
        fma: { type: 'boolean' },
      },
      required: ['name', 'threads', 'simd'],
    },
    resumed: { type: 'array', items: { type: 'object', properties: { backend: named, machine: { type: 'string' } } } },
    loss: { type: 'object', properties: { source: { type: 'string' } }, required: ['source'] },
    curvature: { type: 'object', properties: { reason: { type: 'string' } }, required: ['reason'] },
  },
};

/** data.json */
const metric = {
  type: 'object',
  properties: {
    meaning: { type: 'string' },
    better: { enum: ['larger', 'smaller'] },
    kind: { enum: ['share', 'number'] },
  },
  required: ['meaning', 'better', 'kind'],
};
export const dataSchema = {
  type: 'object',
  properties: {
    source: { type: 'string' },
    input: { type: 'array', items: { type: 'integer', minimum: 0 } },
    outputs: { type: 'integer', minimum: 1 },
    metrics: { type: 'object', additionalProperties: metric },
  },
  required: ['source'],
};

/** origin.json */
export const originSchema = {
  type: 'object',
  properties: {
    source: { type: 'string' },
    changes: { type: 'object' },
    modified: { type: 'boolean' },
    registry: { type: 'array', items: { type: 'string' } },
    data: { type: 'string' },
    script: { type: 'string' },
  },
  required: ['changes', 'modified', 'registry'],
};

/** A line of metrics.jsonl; numbers that were not finite are null. */
const number = { type: ['number', 'null'] };
export const lineSchema = {
  type: 'object',
  properties: { kind: { type: 'string' }, step: { type: 'integer', minimum: 0 } },
  required: ['kind', 'step'],
  if: { properties: { kind: { const: 'train' } } },
  then: {
    properties: {
      loss: number,
      gradientNorm: number,
      explosions: { type: 'integer' },
      skipped: { type: 'integer' },
      msPerStep: number,
      newton: { type: 'object', additionalProperties: number },
    },
    required: ['loss', 'gradientNorm', 'explosions', 'msPerStep'],
  },
};

/** A line of times.jsonl */
export const timeSchema = {
  type: 'object',
  properties: {
    step: { type: 'integer', minimum: 0 },
    at: { type: 'number' },
    wallSeconds: { type: 'number' },
    processSeconds: { type: 'number' },
  },
  required: ['step', 'at'],
};

/**
 * What a JSON file of a run folder holds; DATA, naming the file, where it cannot be read, is no JSON or not what the
 * schema says.
 */
export function readJson(file: string, schema: AnySchema): unknown {
  const valid = compileSchema(schema);
  const content = parsed(file);
  if (valid(content)) return content;
  throw new LossError('DATA', `${file}: ${explain(valid, 'the file')}`);
}

function parsed(file: string): unknown {
  try {
    return parseJson(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new LossError('DATA', `${file}: expected a JSON file, got ${(cause as Error).message}`, { cause });
  }
}
