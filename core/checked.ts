import { type JSONSchemaType, type ValidateFunction } from 'ajv';
import { type Batch } from './batch.js';
import { LossError } from './errors.js';
import { type Capabilities, type Evaluation, type Loss, type LossPlugin } from './loss.js';
import { compileSchema, explain } from './schema.js';

/** A loss whose arguments and results are validated, and which knows where it came from. */
export interface CheckedLoss<Target = unknown> extends Loss<Target> {
  readonly plugin: LossPlugin<Target>;
  /** What was asked for, defaults filled. */
  readonly params: object;
  /** The plugin's, with what these parameters change. */
  readonly capabilities: Capabilities;
}

/**
 * Fixes a plugin's parameters (validated, defaults filled: PARAMS) and wraps the loss so that bad input (SHAPE, NONFINITE,
 * TARGET) and bad output (SHAPE, NONFINITE, UNSUPPORTED) are errors that name the plugin, what was expected and what came.
 */
export function checked<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  params: Partial<Params> = {},
): CheckedLoss<Target> {
  const filled = fillParams(plugin, params);
  const loss = plugin.create(filled);
  const validTarget = compileSchema(plugin.target);
  const capabilities = { ...plugin.capabilities, ...loss.capabilities };
  return {
    ...loss,
    plugin: plugin as unknown as LossPlugin<Target>,
    params: filled,
    capabilities,
    evaluate(y, targets, rng) {
      checkBatch(plugin.name, 'y', y, y.rows, loss.outputs ?? y.cols);
      if (y.rows < 1 || y.cols < 1) throw new LossError('SHAPE', `${plugin.name}: y should have at least one row and one column, got (${y.rows}, ${y.cols})`);
      checkTargets(plugin.name, loss, validTarget, targets, y);
      return checkedEvaluation(plugin.name, capabilities, loss.evaluate(y, targets, rng), y);
    },
  };
}

/** The plugin's parameters with defaults filled, frozen; or a PARAMS error. */
export function fillParams<Params extends object>(
  { name, params: schema }: { readonly name: string; readonly params: JSONSchemaType<Params> },
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

function checkTargets<Target>(name: string, loss: Loss<Target>, valid: ValidateFunction, targets: readonly Target[], y: Batch): void {
  if (!Array.isArray(targets) || targets.length !== y.rows) {
    throw new LossError('SHAPE', `${name}: expected ${y.rows} targets, one for each row of y, got ${(targets as unknown[] | undefined)?.length ?? typeof targets}`);
  }
  for (let i = 0; i < targets.length; i++) {
    if (!valid(targets[i])) throw new LossError('TARGET', `${name}: ${explain(valid, `targets/${i}`)}`);
    const reason = loss.reject?.(targets[i]!, y.cols);
    if (reason !== undefined) throw new LossError('TARGET', `${name}: targets/${i} ${reason}`);
  }
}

function checkedEvaluation(name: string, capabilities: Capabilities, e: Evaluation, y: Batch): Evaluation {
  const { rows, cols } = y;
  if (e.value.length !== rows) throw new LossError('SHAPE', `${name}: value should have ${rows} entries, got ${e.value.length}`);
  checkFinite(name, 'value', e.value, 1);
  for (const [method, declared] of [['hessian', capabilities.hessian !== 'none'], ['hvp', capabilities.hvp]] as const) {
    if (declared !== (e[method] !== undefined)) {
      throw new LossError('UNSUPPORTED', `${name}: ${method} is declared ${declared ? 'present' : 'absent'} and is ${e[method] ? 'present' : 'absent'}`);
    }
  }
  const out = (what: string, batch: Batch, width: number): Batch => {
    checkBatch(name, what, batch, rows, width);
    return batch;
  };
  return {
    value: e.value,
    gradient: () => out('gradient', e.gradient(), cols),
    ...(e.hessian && { hessian: () => out('hessian', e.hessian!(), cols * cols) }),
    ...(e.gaussNewton && { gaussNewton: () => out('gaussNewton', e.gaussNewton!(), cols * cols) }),
    ...(e.hvp && {
      hvp: (v: Batch) => {
        checkBatch(name, 'v', v, rows, cols);
        return out('hvp', e.hvp!(v), cols);
      },
    }),
  };
}

/** SHAPE unless the batch is (rows, cols) in a Float64Array, NONFINITE unless its entries are finite. */
export function checkBatch(name: string, what: string, batch: Batch, rows: number, cols: number): void {
  if (!(batch.data instanceof Float64Array)) {
    const got = (batch.data as object | undefined)?.constructor.name ?? 'no data';
    throw new LossError('SHAPE', `${name}: ${what} should be a Batch with data in a Float64Array (see batchOf), got ${got}`);
  }
  if (batch.rows !== rows || batch.cols !== cols || batch.data.length !== rows * cols) {
    throw new LossError('SHAPE', `${name}: ${what} should be (${rows}, ${cols}), got (${batch.rows}, ${batch.cols}) with ${batch.data.length} entries`);
  }
  checkFinite(name, what, batch.data, cols);
}

/** NONFINITE where an entry, of samples of `cols` entries, is NaN or infinite. */
export function checkFinite(name: string, what: string, data: Float64Array, cols: number): void {
  for (let k = 0; k < data.length; k++) {
    if (!Number.isFinite(data[k])) {
      throw new LossError('NONFINITE', `${name}: ${what} should be finite, got ${data[k]} at sample ${Math.floor(k / cols)}, index ${k % cols}`);
    }
  }
}
