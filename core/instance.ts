import type { Given, ResolvedParams } from './algorithms/algorithm-parameter.js';
import { resolveParams } from './algorithms/checked-algorithm.js';
import { isSize } from './batch.js';
import { LossError } from './errors.js';
import type { Loss, LossPlugin } from './loss.js';
import { textOf } from './messages.js';
import { callCreate, expectPlugin, isObject } from './plugin-calls.js';

/** What a plugin makes of parameters. */
export interface Instance<Target, Params extends object> extends ResolvedParams<Params> {
  readonly loss: Loss<Target>;
}

/**
 * Fills the parameters and makes the loss. PARAMS where they do not fit, REGISTRY where the plugin is none, UNSUPPORTED
 * where it makes no loss.
 */
export function instantiate<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  given: Given<Params>,
): Instance<Target, Params> {
  expectPlugin('loss', plugin);
  const resolved = resolveParams(plugin, given);
  return { ...resolved, loss: createLoss(plugin, resolved.made) };
}

function createLoss<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  params: Params,
): Loss<Target> {
  const { name } = plugin;
  const loss = callCreate(name, () => plugin.create(params), params, ['evaluate']);
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
