import type { ValidateFunction } from 'ajv';
import type { Given } from './algorithms/algorithm-parameter.js';
import { type Batch, copyOf, isSize } from './batch.js';
import { checkBatch, expectBatch, expectRng } from './validation.js';
import { type CheckedEvaluation, checkedEvaluation } from './checked-evaluation.js';
import { LossError } from './errors.js';
import { instantiate } from './instance.js';
import type { Capabilities, Loss, LossPlugin } from './loss.js';
import { attempt, textOf } from './messages.js';
import { plainCopy } from './plain-copy.js';
import { callPlugin, expectPlugin, isPromise } from './plugin-calls.js';
import type { Rng } from './random/rng.js';
import { compilePluginSchema, complaintOf } from './schema.js';

/** A loss whose arguments and results are validated, and which knows where it came from. */
export interface CheckedLoss<Target = unknown> extends Loss<Target> {
  readonly plugin: LossPlugin<Target>;
  /** What was asked for, defaults filled; as JSON has it, algorithms by name. */
  readonly params: object;
  /** The plugin's, with what these parameters change. */
  readonly capabilities: Capabilities;
  evaluate(y: Batch, targets: readonly Target[], rng: Rng): CheckedEvaluation;
  /**
   * Typical outputs and targets: the plugin's, for these parameters; m outputs a row, where it takes any number and
   * can be asked.
   */
  sample(rng: Rng, rows: number, m?: number): { y: Batch; targets: Target[] };
}

/**
 * Fixes a plugin's parameters (validated, defaults filled: PARAMS) and wraps the loss so that bad input (SHAPE,
 * NONFINITE, TARGET, and UNSUPPORTED for noise without an rng) and bad output (SHAPE, NONFINITE, UNSUPPORTED) are
 * errors that name the plugin, what was expected and what came. The plugin gets copies of y and the targets: what is
 * written to them after `evaluate` changes no result, now or of the methods called later. REGISTRY where the plugin is
 * none. An algorithm among the parameters is given made, `{ algorithm: topK({ k: 2 }) }`, or by name and parameters
 * where it is the plugin's own; others are found by name by a registry.
 */
export function checked<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  params: Given<NoInfer<Params>> = {},
): CheckedLoss<Target> {
  expectPlugin('loss', plugin);
  const { name } = plugin;
  const validTarget = compilePluginSchema(name, 'target', plugin.target);
  const { loss, params: filled, made } = instantiate(plugin, params);
  const capabilities = { ...plugin.capabilities, ...loss.capabilities };
  return {
    ...loss,
    plugin: plugin,
    params: filled,
    capabilities,
    sample: (rng, rows, m) => sampleOf(plugin, made, rng, rows, m),
    evaluate(y, targets, rng) {
      checkOutputs(name, y, loss.outputs);
      checkTargets(name, loss, validTarget, targets, y);
      if (capabilities.deterministic !== true) expectRng(`${name}: evaluate(y, targets, rng)`, rng);
      const [own, ownTargets] = [copyOf(y), plainCopy(targets)];
      const e = callPlugin(
        name,
        'evaluate',
        () => loss.evaluate(own, ownTargets, rng),
        () => `y (${y.rows}, ${y.cols})`,
      );
      return checkedEvaluation(name, capabilities, e, y);
    },
  };
}

function sampleOf<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  params: Params,
  rng: Rng,
  rows: number,
  m: number | undefined,
): { y: Batch; targets: Target[] } {
  const { name } = plugin;
  expectRng(`${name}: sample(rng, rows)`, rng);
  if (!isSize(rows) || rows < 1) {
    throw new LossError('SHAPE', `${name}: sample() needs a number of rows, got ${textOf(rows)}`);
  }
  const sample = callPlugin(name, 'sample', () => plugin.sample(params, rng, rows, m), () => `${rows} rows`);
  if (!Array.isArray(attempt(() => sample.targets))) {
    throw new LossError('SHAPE', `${name}: sample() should return { y, targets }, got ${textOf(sample)}`);
  }
  expectBatch(name, 'y of sample()', attempt(() => sample.y));
  return sample;
}

function checkOutputs(name: string, y: Batch, outputs: number | undefined): void {
  expectBatch(name, 'y', y);
  checkBatch(name, 'y', y, y.rows, outputs ?? y.cols);
  if (y.rows >= 1 && y.cols >= 1) return;
  throw new LossError('SHAPE', `${name}: y should have at least one row and one column, got (${y.rows}, ${y.cols})`);
}

function checkTargets<Target>(
  name: string,
  loss: Loss<Target>,
  valid: ValidateFunction,
  targets: readonly Target[],
  y: Batch,
): void {
  const count = attempt(() => Array.isArray(targets) && targets.length);
  if (count !== y.rows) {
    const got = typeof count === 'number' ? count : textOf(targets);
    throw new LossError('SHAPE', `${name}: expected an array of ${y.rows} targets, one for each row of y, got ${got}`);
  }
  for (let i = 0; i < targets.length; i++) {
    const complaint = complaintOf(valid, targets[i], `targets/${i}`);
    if (complaint !== undefined) throw new LossError('TARGET', `${name}: ${complaint}`);
  }
  if (!loss.reject) return;
  const rejected = callPlugin(
    name,
    'reject',
    () => firstRejected(loss, targets, y.cols),
    () => `y (${y.rows}, ${y.cols})`,
  );
  if (rejected) throw new LossError('TARGET', `${name}: ${rejected}`);
}

/** Which target the loss rejects first, and why, if it rejects one. */
function firstRejected<Target>(loss: Loss<Target>, targets: readonly Target[], m: number): string | undefined {
  for (let i = 0; i < targets.length; i++) {
    const reason: unknown = loss.reject!(targets[i], m);
    if (reason === undefined) continue;
    if (isPromise(reason) || typeof reason !== 'string') {
      throw new TypeError(`it should return a reason or undefined, got ${textOf(reason)}`);
    }
    return `targets/${i} ${reason}`;
  }
  return undefined;
}
