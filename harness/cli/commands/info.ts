import type { AlgorithmPlugin } from '../../../core/algorithms/algorithm.js';
import { checkedAlgorithm } from '../../../core/algorithms/checked-algorithm.js';
import { checked } from '../../../core/checked.js';
import type { LossPlugin } from '../../../core/loss.js';
import { openRegistry } from '../../../node/open-registry.js';
import type { Registry } from '../../../core/registry.js';
import { describeParameters, describeSchema } from '../describe.js';
import { loadExperiment } from '../../experiments/experiment.js';
import { cellText, columns, note, print, printJson } from '../../terminal/output.js';
import { chooseCurvature } from '../../../core/newton/choose-curvature.js';
import { namedKind } from '../named.js';
import { flagNames, type ListOptions } from './list.js';

/**
 * `newton-losses info NAME`: all about a loss, an algorithm, a task, a model (`task:knapsack` where several are called
 * that), or the experiment of a preset or file. LOSS_UNKNOWN.
 */
export async function info(word: string, options: ListOptions): Promise<void> {
  const registry = await openRegistry(...options.registry);
  if (word.includes('/') || word.endsWith('.json')) return experimentInfo(word, registry);
  const { kind, name, others } = namedKind(registry, word);
  for (const other of others) note(`${name} is also a ${other}: newton-losses info ${other}:${name}`);
  switch (kind) {
    case 'loss':
      return lossInfo(await registry.plugin(name), options);
    case 'algorithm':
      return algorithmInfo(await registry.algorithmPlugin(name), options);
    case 'task':
      return taskInfo(name, registry, options);
    case 'model':
      return modelInfo(name, registry, options);
  }
}

function lossInfo(plugin: LossPlugin, { json }: ListOptions): void {
  const { name, title, source, params, target } = plugin;
  const { capabilities } = checked(plugin);
  const auto = chooseCurvature(capabilities);
  if (json) return printJson({ kind: 'loss', name, title, source, params, target, capabilities, auto });
  const { gradient, hessian, ...flags } = capabilities;
  print(`${name}: ${cellText(title)}`);
  print();
  columns([
    ['source', source],
    ['target', describeSchema(target)],
    ['gradient', gradient],
    ['hessian', hessian],
    ['also', flagNames(flags).join(', ')],
    ['curvature', `auto: ${auto.reason}`],
  ]).forEach((line) => print(line));
  printParameters(params, 'loss.params');
}

function algorithmInfo(plugin: AlgorithmPlugin, { json }: ListOptions): void {
  const { name, title, source, params } = plugin;
  const { sense } = checkedAlgorithm(plugin);
  if (json) return printJson({ kind: 'algorithm', name, title, source, params, sense });
  print(`${name}: ${cellText(title)}`);
  print();
  columns([
    ['source', source],
    ['sense', sense],
  ]).forEach((line) => print(line));
  printParameters(params);
}

/** Tasks bring tfjs along, as models do, and are loaded only for this. */
async function taskInfo(name: string, registry: Registry, { json }: ListOptions): Promise<void> {
  const { findTask } = await import('../../tasks/index.js');
  const { title, params, target, metrics } = await findTask(registry, name);
  if (json) return printJson({ kind: 'task', name, title, params, target, metrics });
  print(`${name}: ${cellText(title)}`);
  print();
  columns([
    ['target', describeSchema(target)],
    ...(target['description'] === undefined ? [] : [['', target['description']]]),
    ...Object.entries(metrics).map(([metric, { meaning, better }]) => [metric, `${meaning}; ${better} is better`]),
  ]).forEach((line) => print(line));
  printParameters(params, 'task');
}

async function modelInfo(name: string, registry: Registry, { json }: ListOptions): Promise<void> {
  const { findModel } = await import('../../models/index.js');
  const { title, params, layers } = await findModel(registry, name);
  if (json) return printJson({ kind: 'model', name, title, params, layers });
  print(`${name}: ${cellText(title)}`);
  print();
  columns([['newton.at', layers ? `outputs | layers${layers.hessian ? ', which have Hessians' : ''}` : 'outputs']])
    .forEach((line) => print(line));
  printParameters(params, 'model');
}

async function experimentInfo(source: string, registry: Registry): Promise<void> {
  const { resolveExperiment } = await import('../../experiments/resolve.js');
  printJson((await resolveExperiment(loadExperiment(source), registry, source)).experiment);
}

function printParameters(schema: object, where?: string): void {
  const parameters = describeParameters(schema);
  print();
  print(parameters.length === 0 ? 'no parameters' : `parameters${where ? ` (${where} of an experiment)` : ''}`);
  columns(parameters).forEach((line) => print(`  ${line}`));
}
