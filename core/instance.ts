import { type AlgorithmPlugin } from './algorithms/algorithm.js';
import { type CheckedAlgorithm, checkedAlgorithm } from './algorithms/checked-algorithm.js';
import { fillParams } from './checks.js';
import { type AlgorithmChoice } from './define-algorithm-loss.js';
import { LossError } from './errors.js';
import { type Loss, type LossPlugin } from './loss.js';

/** What a plugin makes of parameters. */
export interface Instance<Target, Params extends object> {
  /** Defaults filled, those of the algorithm included. */
  readonly params: Params;
  readonly loss: Loss<Target>;
  /** What the loss is over, if it is over a hard algorithm. */
  readonly algorithm?: CheckedAlgorithm;
}

/** Fills the parameters and makes the loss, over an algorithm that has its own parameters from `params.algorithm`. PARAMS where they do not fit. */
export function instantiate<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  params: Partial<Params>,
  algorithmPlugin: AlgorithmPlugin | undefined = plugin.algorithm,
): Instance<Target, Params> {
  const filled = fillParams(plugin, params);
  if (!algorithmPlugin) return { params: filled, loss: plugin.create(filled) };
  const choice = (filled as { algorithm?: AlgorithmChoice }).algorithm;
  if (choice?.name !== algorithmPlugin.name) {
    const what = `${plugin.name}: params/algorithm/name should be ${algorithmPlugin.name}, the algorithm at hand, got ${choice?.name ?? 'none'}`;
    throw new LossError('PARAMS', `${what} (a registry finds algorithms by name: registry.create)`);
  }
  const algorithm = checkedAlgorithm(algorithmPlugin, choice.params);
  const complete = Object.freeze({ ...filled, algorithm: { name: choice.name, params: algorithm.params } });
  return { params: complete, loss: plugin.create(complete, algorithm), algorithm };
}
