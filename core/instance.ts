import type { AlgorithmPlugin } from './algorithms/algorithm.js';
import { type CheckedAlgorithm, checkedAlgorithm } from './algorithms/checked-algorithm.js';
import { isSize } from './batch.js';
import { fillParams } from './validation.js';
import type { AlgorithmChoice } from './algorithm-losses/define-algorithm-loss.js';
import { LossError } from './errors.js';
import type { Loss, LossPlugin } from './loss.js';
import { textOf } from './messages.js';
import { callCreate, expectPlugin, isObject } from './plugin-calls.js';

/** What a plugin makes of parameters. */
export interface Instance<Target, Params extends object> {
  /** Defaults filled, those of the algorithm included. */
  readonly params: Params;
  readonly loss: Loss<Target>;
  /** What the loss is over, if it is over a hard algorithm. */
  readonly algorithm?: CheckedAlgorithm;
}

/**
 * Fills the parameters and makes the loss, over an algorithm that has its own parameters from `params.algorithm`.
 * PARAMS where they do not fit, REGISTRY where the plugin is none, UNSUPPORTED where it makes no loss.
 */
export function instantiate<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  params: Partial<Params>,
  chosen?: AlgorithmPlugin,
): Instance<Target, Params> {
  expectPlugin('loss', plugin);
  const filled = fillParams(plugin, params);
  const algorithmPlugin = chosen ?? plugin.algorithm;
  if (!algorithmPlugin) return { params: filled, loss: createLoss(plugin, filled) };
  expectPlugin('algorithm', algorithmPlugin);
  const choice = (filled as { algorithm?: AlgorithmChoice }).algorithm;
  if (choice?.name !== algorithmPlugin.name) {
    const what = `${plugin.name}: params/algorithm/name should be ${algorithmPlugin.name}, the algorithm at hand, got ${
      choice?.name ?? 'none'
    }`;
    throw new LossError('PARAMS', `${what} (a registry finds algorithms by name: registry.create)`);
  }
  const algorithm = checkedAlgorithm(algorithmPlugin, choice.params);
  const complete = Object.freeze({ ...filled, algorithm: { name: choice.name, params: algorithm.params } });
  return { params: complete, loss: createLoss(plugin, complete, algorithm), algorithm };
}

function createLoss<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  params: Params,
  algorithm?: CheckedAlgorithm,
): Loss<Target> {
  const { name } = plugin;
  const loss = callCreate(name, () => plugin.create(params, algorithm), params, ['evaluate']);
  const { outputs, reject, capabilities } = loss;
  const expected = (what: string, got: unknown): LossError =>
    new LossError('UNSUPPORTED', `${name}: create() should return a loss ${what}, got ${textOf(got)}`);
  if (outputs !== undefined && !(isSize(outputs) && outputs > 0)) {
    throw expected('whose outputs are a whole number or absent', outputs);
  }
  if (reject !== undefined && typeof reject !== 'function') {
    throw expected('whose reject is a function or absent', reject);
  }
  if (capabilities !== undefined && !isObject(capabilities)) {
    throw expected('whose capabilities are an object or absent', capabilities);
  }
  return loss;
}
