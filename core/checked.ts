import { type ValidateFunction } from 'ajv';
import { type AlgorithmPlugin } from './algorithms/algorithm.js';
import { type CheckedAlgorithm } from './algorithms/checked-algorithm.js';
import { type Batch } from './batch.js';
import { checkBatch, checkFinite } from './checks.js';
import { LossError } from './errors.js';
import { type CurvatureFactors, once } from './factors.js';
import { instantiate } from './instance.js';
import { type Capabilities, type Evaluation, type Loss, type LossPlugin } from './loss.js';
import { type Rng } from './rng.js';
import { compileSchema, explain } from './schema.js';

/** A loss whose arguments and results are validated, and which knows where it came from. */
export interface CheckedLoss<Target = unknown> extends Loss<Target> {
  readonly plugin: LossPlugin<Target>;
  /** What was asked for, defaults filled. */
  readonly params: object;
  /** The plugin's, with what these parameters change. */
  readonly capabilities: Capabilities;
  /** What it is over, if it is over a hard algorithm. */
  readonly algorithm?: CheckedAlgorithm;
  /** Typical outputs and targets: the plugin's, for these parameters. */
  sample(rng: Rng, rows: number): { y: Batch; targets: Target[] };
}

/**
 * Fixes a plugin's parameters (validated, defaults filled: PARAMS) and wraps the loss so that bad input (SHAPE, NONFINITE,
 * TARGET) and bad output (SHAPE, NONFINITE, UNSUPPORTED) are errors that name the plugin, what was expected and what came. A loss over a hard
 * algorithm is given the plugin that `params.algorithm` names, if that is not its default: a registry finds it by name.
 */
export function checked<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  params: Partial<Params> = {},
  algorithmPlugin: AlgorithmPlugin | undefined = plugin.algorithm,
): CheckedLoss<Target> {
  const { loss, params: filled, algorithm } = instantiate(plugin, params, algorithmPlugin);
  const validTarget = compileSchema(plugin.target);
  const capabilities = { ...plugin.capabilities, ...loss.capabilities };
  return {
    ...loss,
    plugin: plugin as unknown as LossPlugin<Target>,
    params: filled,
    capabilities,
    ...(algorithm && { algorithm }),
    sample: (rng, rows) => plugin.sample(filled, rng, rows, algorithm),
    evaluate(y, targets, rng) {
      checkBatch(plugin.name, 'y', y, y.rows, loss.outputs ?? y.cols);
      if (y.rows < 1 || y.cols < 1) throw new LossError('SHAPE', `${plugin.name}: y should have at least one row and one column, got (${y.rows}, ${y.cols})`);
      checkTargets(plugin.name, loss, validTarget, targets, y);
      return checkedEvaluation(plugin.name, capabilities, loss.evaluate(y, targets, rng), y);
    },
  };
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
    ...(e.hessianFactors && { hessianFactors: once(() => checkFactors(name, 'hessianFactors', e.hessianFactors!(), y)) }),
    ...(e.gaussNewtonFactors && { gaussNewtonFactors: once(() => checkFactors(name, 'gaussNewtonFactors', e.gaussNewtonFactors!(), y)) }),
    ...(e.hvp && {
      hvp: (v: Batch) => {
        checkBatch(name, 'v', v, rows, cols);
        return out('hvp', e.hvp!(v), cols);
      },
    }),
  };
}

function checkFactors(name: string, what: string, factors: CurvatureFactors, { rows, cols }: Batch): CurvatureFactors {
  const { rank, weights, left, right, shift, diagonal } = factors;
  checkBatch(name, `${what}.weights`, { rows, cols: rank, data: weights }, rows, rank);
  checkBatch(name, `${what}.left`, left, rows * rank, cols);
  if (right !== left) checkBatch(name, `${what}.right`, right, rows * rank, cols);
  if (shift) checkBatch(name, `${what}.shift`, { rows, cols: 1, data: shift }, rows, 1);
  if (diagonal) checkBatch(name, `${what}.diagonal`, diagonal, rows, cols);
  return factors;
}
