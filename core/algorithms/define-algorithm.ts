import type { SchemaObject } from 'ajv';
import { type NoParameters, parameters, type ParamsOf } from '../parameters.js';
import { expectDefinition } from '../plugin-calls.js';
import type { AlgorithmPlugin, CheckedAlgorithm } from './algorithm.js';
import type { Given } from './algorithm-parameter.js';
import { checkedAlgorithm } from './checked-algorithm.js';

/** A plugin that, called with parameters, is the algorithm with them: `topK({ k: 2 })`. */
export interface DefinedAlgorithm<Params extends object> extends AlgorithmPlugin<Params> {
  (params?: Given<Params>): CheckedAlgorithm;
}

/**
 * Gives a plugin its types; it has no parameters where it leaves them out. Called with parameters it gives the checked
 * algorithm (`checkedAlgorithm`). REGISTRY where it is none.
 */
export function defineAlgorithm<const P extends SchemaObject = NoParameters>(
  definition: Omit<AlgorithmPlugin<ParamsOf<NoInfer<P>>>, 'params'> & { readonly params?: P },
): DefinedAlgorithm<ParamsOf<P>> {
  expectDefinition('algorithm', definition);
  const plugin: AlgorithmPlugin<ParamsOf<P>> = { ...definition, params: definition.params ?? parameters({}) };
  const make = (params?: Given<ParamsOf<P>>): CheckedAlgorithm => checkedAlgorithm(plugin, params);
  return Object.defineProperties(make, Object.getOwnPropertyDescriptors(plugin)) as DefinedAlgorithm<ParamsOf<P>>;
}
