import type { Capabilities } from '../../../core/loss.js';
import { openRegistry } from '../../../node/open-registry.js';
import { columns, print, printJson } from '../../terminal/output.js';
import { presets } from '../../experiments/presets.js';

export interface ListOptions {
  readonly registry: string[];
  readonly json?: boolean;
}

/** `newton-losses list`: what the registry has, tasks and models by name alone, since they bring tfjs; the presets. */
export async function list(options: ListOptions): Promise<void> {
  const registry = await openRegistry(...options.registry);
  const losses = await Promise.all(registry.names.map((name) => registry.plugin(name)));
  const algorithms = await Promise.all(registry.algorithmNames.map((name) => registry.algorithmPlugin(name)));
  if (options.json) {
    return printJson({
      losses: losses.map(({ name, title, capabilities }) => ({ name, title, capabilities })),
      algorithms: algorithms.map(({ name, title }) => ({ name, title })),
      tasks: registry.taskNames.map((name) => ({ name })),
      models: registry.modelNames.map((name) => ({ name })),
      presets: presets(),
    });
  }
  columns([
    ['LOSS', 'TITLE', 'GRADIENT', 'HESSIAN', 'ALSO'],
    ...losses.map((loss) => [loss.name, loss.title, ...capabilityCells(loss.capabilities)]),
  ]).forEach((line) => print(line));
  print();
  columns([['ALGORITHM', 'TITLE'], ...algorithms.map(({ name, title }) => [name, title])]).forEach((line) =>
    print(line)
  );
  for (const [head, names] of [['TASK', registry.taskNames], ['MODEL', registry.modelNames]] as const) {
    print();
    [head, ...names].forEach((line) => print(line));
  }
  print();
  columns([['PRESET', '/VARIANT'], ...presets().map(({ name, variants }) => [name, `/${variants.join(' /')}`])])
    .forEach((line) => print(line));
}

/** Empty where a plugin does not say what it is capable of. */
function capabilityCells(capabilities: Partial<Capabilities>): unknown[] {
  const { gradient, hessian, ...flags } = { ...capabilities };
  return [gradient, hessian, flagNames(flags).join(', ')];
}

/** The names of those flags that are set. */
export function flagNames(flags: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(flags).filter((name) => flags[name]);
}
