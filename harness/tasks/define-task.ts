import type { SchemaObject } from 'ajv';
import { type NoParameters, parameters, type ParamsOf, type ValueOf } from '../../core/parameters.js';
import { expectDefinition } from '../../core/plugin-calls.js';
import type { Task } from './task.js';

/** A task as it is written: the types of parameters and targets follow from their schemas. */
export interface TaskDefinition<T extends SchemaObject, P extends SchemaObject>
  extends Omit<Task<ParamsOf<NoInfer<P>>, ValueOf<T>>, 'params' | 'target'> {
  /** `parameters({ ... })`; none where it is left out. */
  readonly params?: P;
  /** JSON schema of one sample's target. */
  readonly target: T;
}

/**
 * Gives a task its types; it has no parameters where it leaves them out. REGISTRY where it is none:
 *
 *     export default defineTask({
 *       name: 'my-task',
 *       title: 'My task',
 *       params: parameters({ samples: { type: 'integer', minimum: 1, default: 100 } }),
 *       target: { type: 'array', items: { type: 'number' } },
 *       metrics: { fit: { meaning: 'the share of ...', better: 'larger', kind: 'share' } },
 *       open: async ({ samples }, { rng }) => ({ input: [3], outputs: 2, source: 'drawn from the seed', batch, evaluate }),
 *     });
 */
export function defineTask<const T extends SchemaObject, const P extends SchemaObject = NoParameters>(
  task: TaskDefinition<T, P>,
): Task<ParamsOf<P>, ValueOf<T>> {
  expectDefinition('task', task);
  const whole: unknown = { ...task, params: task.params ?? parameters({}) };
  return whole as Task<ParamsOf<P>, ValueOf<T>>;
}
