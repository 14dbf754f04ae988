import * as tf from '@tensorflow/tfjs-core';
import { registerChecks } from '../../conformance/mocha.js';
import { type CheckResult, planChecks, type PlannedCheck } from '../../conformance/plan.js';
import type { ConformanceOptions } from '../../conformance/suite.js';
import { useBackend } from '../../node/tfjs/index.js';
import type { ModelPlan } from '../models/index.js';
import type { Task } from '../tasks/index.js';
import { modelChecks } from './model-laws.js';
import { modelSubject, type Shapes } from './model-subject.js';
import { taskChecks } from './task-laws.js';
import { taskSubject } from './task-subject.js';

type Options<Params extends object> = Pick<ConformanceOptions, 'title' | 'expectedFailures'> & {
  /** Absent: the defaults. */
  readonly params?: Partial<Params>;
};

export type TaskConformanceOptions<Params extends object = object> = Options<Params> & {
  /** Folder with the data files; absent: where the task looks by itself. */
  readonly data?: string;
};

/** The shape of a sample and the number of outputs go before the `example` of the architecture. */
export type ModelConformanceOptions<Params extends object = object> = Options<Params> & Partial<Shapes>;

/**
 * Opens the task and gives its checks, not yet run. They run on the tfjs backend that is set, or on wasm. UNSUPPORTED
 * where an expected failure names no check that applies.
 */
export async function planTaskConformance<Params extends object, Target>(
  plugin: Task<Params, Target>,
  { params = {}, expectedFailures = {}, data }: TaskConformanceOptions<Params> = {},
): Promise<PlannedCheck[]> {
  await someBackend();
  return planChecks(taskChecks, [await taskSubject(plugin, params, data)], expectedFailures);
}

/** The same for an architecture. */
export async function planModelConformance<Params extends object>(
  plugin: ModelPlan<Params>,
  { params = {}, expectedFailures = {}, ...shapes }: ModelConformanceOptions<Params> = {},
): Promise<PlannedCheck[]> {
  await someBackend();
  return planChecks(modelChecks, [modelSubject(plugin, params, shapes)], expectedFailures);
}

/** Runs every law of tasks and returns what came of it. */
export async function runTaskConformance<Params extends object, Target>(
  plugin: Task<Params, Target>,
  options: TaskConformanceOptions<Params> = {},
): Promise<CheckResult[]> {
  return (await planTaskConformance(plugin, options)).map(({ run }) => run());
}

/** Runs every law of models and returns what came of it. */
export async function runModelConformance<Params extends object>(
  plugin: ModelPlan<Params>,
  options: ModelConformanceOptions<Params> = {},
): Promise<CheckResult[]> {
  return (await planModelConformance(plugin, options)).map(({ run }) => run());
}

/**
 * Opens the task, then registers one test a law, as `conformance` does for losses: at the top of a test file,
 *
 *     await taskConformance(plugin, { params: { samples: 20 } });
 */
export async function taskConformance<Params extends object, Target>(
  plugin: Task<Params, Target>,
  options: TaskConformanceOptions<Params> = {},
): Promise<void> {
  const plan = await planTaskConformance(plugin, options);
  registerChecks(plugin.name, options, () => plan);
}

/** The same for an architecture. */
export async function modelConformance<Params extends object>(
  plugin: ModelPlan<Params>,
  options: ModelConformanceOptions<Params> = {},
): Promise<void> {
  const plan = await planModelConformance(plugin, options);
  registerChecks(plugin.name, options, () => plan);
}

async function someBackend(): Promise<void> {
  if (!tf.getBackend()) await useBackend('wasm');
}
