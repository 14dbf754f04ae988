import type { JSONSchemaType, SchemaObject, ValidateFunction } from 'ajv';
import { type Batch, isFloat64Array, isSize } from './batch.js';
import { LossError, type LossErrorCode } from './errors.js';
import { attempt, reasonOf, textOf } from './messages.js';
import { allFinite } from './linear-algebra/vectors.js';
import type { SchemaOf } from './parameters.js';
import type { Rng } from './random/rng.js';
import { compilePluginSchema, complaintOf } from './schema.js';

/**
 * The plugin's parameters with defaults filled, frozen; or a PARAMS error. REGISTRY where their schema is malformed.
 */
export function fillParams<Params extends object>(
  { name, params: schema }: {
    readonly name: string;
    readonly params: JSONSchemaType<Params> | SchemaOf<Params> | SchemaObject;
  },
  params: Partial<Params>,
): Params {
  return Object.freeze(fill<Params>(name, 'params', compilePluginSchema(name, 'params', schema), params));
}

/** A copy of plain data with the defaults of a schema filled; PARAMS, saying what is wrong with which part of it. */
export function fill<T extends object>(name: string, subject: string, valid: ValidateFunction, data: unknown): T {
  const filled = plainCopy(name, subject, data);
  const complaint = complaintOf(valid, filled, subject);
  if (complaint !== undefined) throw new LossError('PARAMS', `${name}: ${complaint}`);
  return filled as T;
}

/**
 * A copy of what JSON could hold, and numbers that it cannot, and `undefined`; else an error, PARAMS unless another
 * code is given.
 */
export function plainCopy(name: string, subject: string, data: unknown, code: LossErrorCode = 'PARAMS'): unknown {
  let copy: unknown;
  try {
    copy = structuredClone(data);
  } catch (cause) {
    throw new LossError(code, `${name}: ${subject} should be plain data, ${reasonOf(cause)}`, { cause });
  }
  const stranger = strangerIn(copy, subject, 0, new Set());
  if (stranger !== undefined) throw new LossError(code, `${name}: ${stranger}`);
  return copy;
}

/**
 * What in it is no plain data, if anything is. `seen`: objects that are, which may be in several places, but not in
 * themselves.
 */
function strangerIn(value: unknown, at: string, depth: number, seen: Set<object>): string | undefined {
  if (typeof value === 'bigint') return `${at} should be plain data, got ${textOf(value)}`;
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
  if (!isPlain(value)) return `${at} should be plain data, got ${textOf(value)}`;
  if (depth > DEEPEST) return `${at} should be plain data, not in ${DEEPEST} other objects`;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner !== 'object' && typeof inner !== 'bigint') continue;
    const stranger = strangerIn(inner, `${at}/${key}`, depth + 1, seen);
    if (stranger !== undefined) return stranger;
  }
  seen.add(value);
  return undefined;
}

/** Objects around another one in plain data, cycles being without end. */
const DEEPEST = 64;

/** Whether it is an array or an object by itself: no Date, Map or typed array. */
function isPlain(value: object): boolean {
  return Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]';
}

/** SHAPE unless the batch is (rows, cols) in a Float64Array, NONFINITE unless its entries are finite. */
export function checkBatch(name: string, what: string, batch: Batch, rows: number, cols: number): void {
  checkShape(name, what, batch, rows, cols);
  checkFinite(name, what, batch.data, cols);
}

/** SHAPE unless the batch is (rows, cols) in a Float64Array. */
export function checkShape(name: string, what: string, batch: Batch, rows: number, cols: number): void {
  expectBatch(name, what, batch);
  if (batch.rows !== rows || batch.cols !== cols || batch.data.length !== rows * cols) {
    const got = `(${batch.rows}, ${batch.cols}) with ${batch.data.length} entries`;
    throw new LossError('SHAPE', `${name}: ${what} should be (${textOf(rows)}, ${textOf(cols)}), got ${got}`);
  }
}

/** SHAPE unless it is a batch of any size, rows and columns being whole numbers. */
export function expectBatch(name: string, what: string, batch: unknown): asserts batch is Batch {
  const expected = `${name}: ${what} should be a Batch with data in a Float64Array (see batchOf)`;
  const { rows, cols, data } = attempt(() => partsOf(batch as Batch)) ?? {};
  if (!isFloat64Array(data)) {
    throw new LossError('SHAPE', `${expected}, got ${data === undefined ? textOf(batch) : `data ${textOf(data)}`}`);
  }
  if (!isSize(rows) || !isSize(cols)) {
    throw new LossError('SHAPE', `${expected}, got rows ${textOf(rows)} and cols ${textOf(cols)}`);
  }
}

function partsOf({ rows, cols, data }: Batch): Partial<Batch> {
  return { rows, cols, data };
}

/** NONFINITE where an entry, of samples of `cols` entries, is NaN or infinite. */
export function checkFinite(name: string, what: string, data: Float64Array, cols: number): void {
  if (allFinite(data)) return;
  const k = data.findIndex((x) => !Number.isFinite(x));
  throw new LossError(
    'NONFINITE',
    `${name}: ${what} should be finite, got ${data[k]} at sample ${Math.floor(k / cols)}, index ${k % cols}`,
  );
}

const DRAWS = [
  'uniform',
  'uniforms',
  'normal',
  'gumbel',
  'integer',
  'permutation',
  'split',
] as const satisfies readonly (keyof Rng)[];

/** UNSUPPORTED unless it is a stream of random numbers. */
export function expectRng(name: string, rng: unknown): asserts rng is Rng {
  if (attempt(() => DRAWS.every((draw) => typeof (rng as Rng)[draw] === 'function')) === true) return;
  throw new LossError(
    'UNSUPPORTED',
    `${name}: this draws random numbers and needs an Rng, such as createRng(seed), got ${textOf(rng)}`,
  );
}
