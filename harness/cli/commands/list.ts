import type { Capabilities, LossPlugin } from '../../../core/loss.js';
import { openRegistry } from '../../../node/open-registry.js';
import { cellText, columns, print, printJson } from '../../terminal/output.js';
import { painted } from '../../terminal/paint.js';
import { presets } from '../../experiments/presets.js';
import { sweeps } from '../../sweep/sweep-file.js';

export interface ListOptions {
  readonly registry: string[];
  readonly json?: boolean;
}

/** What there is of one kind: rows that begin with a name, under heads. */
interface Section {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/**
 * `newton-losses list [TEXT]`: what the registry has, tasks and models by name alone, since they bring tfjs; the
 * presets and the sweeps. With a text those that have it in their name or title.
 */
export async function list(text = '', options: ListOptions): Promise<void> {
  const registry = await openRegistry(...options.registry);
  const shown = ({ name, title = '' }: { readonly name: string; readonly title?: unknown }): boolean =>
    `${name} ${cellText(title)}`.toLowerCase().includes(text.toLowerCase());
  const named = (names: readonly string[]): { name: string }[] => names.map((name) => ({ name })).filter(shown);
  const losses = await Promise.all(registry.names.map((name) => registry.plugin(name)));
  const algorithms = await Promise.all(registry.algorithmNames.map((name) => registry.algorithmPlugin(name)));
  const found = {
    losses: losses.filter(shown).map(({ name, title, capabilities }) => ({ name, title, capabilities })),
    algorithms: algorithms.filter(shown).map(({ name, title }) => ({ name, title })),
    tasks: named(registry.taskNames),
    models: named(registry.modelNames),
    presets: presets().filter(shown),
    sweeps: sweeps().map(({ name, title }) => ({ name, title })).filter(shown),
  };
  if (options.json) return printJson(found);
  const sections = sectionsOf(found).filter(({ rows }) => rows.length > 0);
  if (sections.length === 0) print(`nothing has ${JSON.stringify(text)} in its name or title`);
  sections.forEach((section, k) => printSection(section, k > 0));
}

interface Found {
  readonly losses: readonly Pick<LossPlugin, 'name' | 'title' | 'capabilities'>[];
  readonly algorithms: readonly { readonly name: string; readonly title: string }[];
  readonly tasks: readonly { readonly name: string }[];
  readonly models: readonly { readonly name: string }[];
  readonly presets: readonly { readonly name: string; readonly variants: readonly string[] }[];
  readonly sweeps: readonly { readonly name: string; readonly title: string }[];
}

function sectionsOf({ losses, algorithms, tasks, models, presets, sweeps }: Found): Section[] {
  return [
    {
      heads: ['LOSS', 'TITLE', 'GRADIENT', 'HESSIAN', 'ALSO'],
      rows: losses.map((loss) => [loss.name, loss.title, ...capabilityCells(loss.capabilities)]),
    },
    { heads: ['ALGORITHM', 'TITLE'], rows: algorithms.map(({ name, title }) => [name, title]) },
    { heads: ['TASK'], rows: tasks.map(({ name }) => [name]) },
    { heads: ['MODEL'], rows: models.map(({ name }) => [name]) },
    { heads: ['PRESET', '/VARIANT'], rows: presets.map(({ name, variants }) => [name, `/${variants.join(' /')}`]) },
    { heads: ['SWEEP', 'TITLE'], rows: sweeps.map(({ name, title }) => [name, title]) },
  ];
}

function printSection({ heads, rows }: Section, apart: boolean): void {
  const [head, ...lines] = columns([heads, ...rows]);
  if (apart) print();
  print(painted('bold', head));
  lines.forEach((line) => print(line));
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
