import type { JSONSchemaType } from 'ajv';
import type { AlgorithmPlugin } from './algorithms/algorithm.js';
import type { CheckedAlgorithm } from './algorithms/checked-algorithm.js';
import type { Batch } from './batch.js';
import type { Loss, LossPlugin } from './loss.js';
import { expectPlugin } from './plugin-calls.js';
import type { Rng } from './rng.js';
import { namePattern } from './schema.js';

/** An algorithm of a registry, with its parameters. */
export interface AlgorithmChoice {
  readonly name: string;
  readonly params: object;
}

/**
 * A loss over any hard algorithm, which users choose by the parameter `algorithm`; the rest of the parameters is the
 * loss's own.
 */
export interface AlgorithmLossPlugin<Target, Params extends object>
  extends Omit<LossPlugin<Target, Params>, 'algorithm' | 'create' | 'sample'> {
  /** The algorithm where none is named. */
  readonly algorithm: AlgorithmPlugin;
  create(params: Params, algorithm: CheckedAlgorithm): Loss<Target>;
  sample(
    params: Params,
    rng: Rng,
    rows: number,
    algorithm: CheckedAlgorithm,
    m?: number,
  ): { y: Batch; targets: Target[] };
}

/**
 * A plugin over any hard algorithm. It gets a parameter more, `algorithm: { name, params }`, and `create` and `sample`
 * the algorithm that this stands for: `registry.create(name, { algorithm: { name: 'grid-shortest-path', params: { rows:
 * 4 } } })`. REGISTRY where it is none.
 */
export function defineAlgorithmLoss<Target, Params extends object>(
  plugin: AlgorithmLossPlugin<Target, Params>,
): LossPlugin<Target, Params & { algorithm: AlgorithmChoice }> {
  expectPlugin('loss', plugin);
  expectPlugin('algorithm', plugin.algorithm);
  return { ...plugin, params: withAlgorithm(plugin.params, plugin.algorithm.name) };
}

function withAlgorithm<Params extends object>(
  schema: JSONSchemaType<Params>,
  name: string,
): JSONSchemaType<Params & { algorithm: AlgorithmChoice }> {
  const algorithm = {
    type: 'object',
    properties: {
      name: { type: 'string', pattern: namePattern, default: name },
      params: {
        type: 'object',
        default: {},
        description: 'its parameters, by its own schema',
        additionalProperties: true,
      },
    },
    required: ['name', 'params'],
    additionalProperties: false,
    default: { name, params: {} },
    description: 'the hard algorithm that the loss is over',
  };
  const { properties = {}, required = [], ...rest } = schema as unknown as { properties?: object; required?: string[] };
  return {
    ...rest,
    properties: { algorithm, ...properties },
    required: ['algorithm', ...required],
  } as unknown as JSONSchemaType<
    Params & { algorithm: AlgorithmChoice }
  >;
}
