import { expectPlugin } from '../../core/plugin-calls.js';
import type { Registry } from '../../core/registry.js';
import type { Task } from './task.js';

export type * from './task.js';

/**
 * The task of that name; its parameters are filled by `registry.resolve(task, params)`. TASK_UNKNOWN; REGISTRY where it lacks
 * a part of one.
 */
export async function findTask(registry: Registry, name: string): Promise<Task> {
  const plugin = await registry.taskPlugin(name);
  expectPlugin('task', plugin);
  return plugin as Task;
}
