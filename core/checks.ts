import { type JSONSchemaType, type SchemaObject } from 'ajv';
import { type Batch } from './batch.js';
import { LossError } from './errors.js';
import { allFinite } from './numerics/finite.js';
import { compileSchema, explain } from './schema.js';

/** The plugin's parameters with defaults filled, frozen; or a PARAMS error. */
export function fillParams<Params extends object>(
  { name, params: schema }: { readonly name: string; readonly params: JSONSchemaType<Params> | SchemaObject },
  params: Partial<Params>,
): Params {
  const filled = cloneOf(name, params);
  const valid = compileSchema(schema);
  if (!valid(filled)) throw new LossError('PARAMS', `${name}: ${explain(valid, 'params')}`);
  return Object.freeze(filled) as Params;
}

function cloneOf(name: string, params: object): unknown {
  try {
    return structuredClone(params);
  } catch (cause) {
    throw new LossError('PARAMS', `${name}: params should be plain data, ${(cause as Error).message}`, { cause });
  }
}

/** SHAPE unless the batch is (rows, cols) in a Float64Array, NONFINITE unless its entries are finite. */
export function checkBatch(name: string, what: string, batch: Batch, rows: number, cols: number): void {
  checkShape(name, what, batch, rows, cols);
  checkFinite(name, what, batch.data, cols);
}

/** SHAPE unless the batch is (rows, cols) in a Float64Array. */
export function checkShape(name: string, what: string, batch: Batch, rows: number, cols: number): void {
  if (!(batch.data instanceof Float64Array)) {
    const got = (batch.data as object | undefined)?.constructor.name ?? 'no data';
    throw new LossError('SHAPE', `${name}: ${what} should be a Batch with data in a Float64Array (see batchOf), got ${got}`);
  }
  if (batch.rows !== rows || batch.cols !== cols || batch.data.length !== rows * cols) {
    throw new LossError('SHAPE', `${name}: ${what} should be (${rows}, ${cols}), got (${batch.rows}, ${batch.cols}) with ${batch.data.length} entries`);
  }
}

/** NONFINITE where an entry, of samples of `cols` entries, is NaN or infinite. */
export function checkFinite(name: string, what: string, data: Float64Array, cols: number): void {
  if (allFinite(data)) return;
  const k = data.findIndex((x) => !Number.isFinite(x));
  throw new LossError('NONFINITE', `${name}: ${what} should be finite, got ${data[k]} at sample ${Math.floor(k / cols)}, index ${k % cols}`);
}
