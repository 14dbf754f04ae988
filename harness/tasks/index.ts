import { LossError } from '../../core/errors.js';
import { mnistSort } from './mnist-sort.js';
import { randomRegression } from './random-regression.js';
import type { Task } from './task.js';
import { warcraft } from './warcraft/warcraft.js';

export {
  type MetricInfo,
  type Metrics,
  type OpenTask,
  type Predict,
  type Split,
  type Task,
  type TaskBatch,
  type TaskContext,
} from './task.js';

const all = [mnistSort as unknown as Task, randomRegression as unknown as Task, warcraft as unknown as Task];
const tasks = new Map(all.map((task) => [task.name, task]));

export const taskNames: readonly string[] = [...tasks.keys()];

/** The task of that name; PARAMS where there is none. Its parameters are filled by `fillParams(task, params)`. */
export function findTask(name: string): Task {
  const task = tasks.get(name);
  if (!task) {
    throw new LossError('PARAMS', `no task is called ${JSON.stringify(name)}; there are ${taskNames.join(', ')}`);
  }
  return task;
}
