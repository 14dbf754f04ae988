import type { SchemaObject } from 'ajv';
import type { AlgorithmPlugin } from '../algorithms/algorithm.js';
import type { CheckedAlgorithm } from '../algorithms/checked-algorithm.js';
import type { Batch } from '../batch.js';
import { complete, type LossDefinition } from '../define.js';
import type { Loss, LossPlugin } from '../loss.js';
import type { NoParameters, ParamsOf, ValueOf } from '../parameters.js';
import { expectDefinition, expectPlugin } from '../plugin-calls.js';
import type { Rng } from '../random/rng.js';
import { namePattern } from '../schema.js';

/** An algorithm of a registry, with its parameters. */
export interface AlgorithmChoice {
  readonly name: string;
  readonly params: object;
}

/**
 * A loss over any hard algorithm, which users choose by the parameter `algorithm`; the rest of the parameters is the
 * loss's own.
 */
export interface AlgorithmLossPlugin<T extends SchemaObject, P extends SchemaObject>
  extends Omit<LossDefinition<T, P, unknown>, 'algorithm' | 'create' | 'sample'> {
  /** The algorithm where none is named. */
  readonly algorithm: AlgorithmPlugin;
  create(params: ParamsOf<P>, algorithm: CheckedAlgorithm): Loss<ValueOf<T>>;
  sample(
    params: ParamsOf<P>,
    rng: Rng,
    rows: number,
    algorithm: CheckedAlgorithm,
    m?: number,
  ): { y: Batch; targets: ValueOf<T>[] };
}

/**
 * A plugin over any hard algorithm. It gets a parameter more, `algorithm: { name, params }`, and `create` and `sample`
 * the algorithm that this stands for: `registry.create(name, { algorithm: { name: 'grid-shortest-path', params: { rows:
 * 4 } } })`. REGISTRY where it is none.
 */
export function defineAlgorithmLoss<const T extends SchemaObject, const P extends SchemaObject = NoParameters>(
  plugin: AlgorithmLossPlugin<T, P>,
): LossPlugin<ValueOf<T>, ParamsOf<P> & { algorithm: AlgorithmChoice }> {
  expectDefinition('loss', plugin);
  expectPlugin('algorithm', plugin.algorithm);
  const whole = complete<ValueOf<T>, ParamsOf<P>>(plugin);
  const lifted: unknown = { ...whole, params: withAlgorithm(whole.params, plugin.algorithm.name) };
  return lifted as LossPlugin<ValueOf<T>, ParamsOf<P> & { algorithm: AlgorithmChoice }>;
}

function withAlgorithm(schema: SchemaObject, name: string): SchemaObject {
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
  const { properties = {}, required = [], ...rest } = schema as { properties?: object; required?: string[] };
  return { ...rest, properties: { algorithm, ...properties }, required: ['algorithm', ...required] };
}
