import { nearest } from '../../core/messages.js';
import type { Registry } from '../../core/registry.js';

/** Kinds of plugins, in the order in which a name is looked for. */
const KINDS = ['loss', 'algorithm', 'task', 'model'] as const;
export type Kind = (typeof KINDS)[number];

/** What a word of the command line stands for. */
export interface NamedKind {
  readonly kind: Kind;
  readonly name: string;
  /** Other kinds that have a plugin of that name: `task:knapsack` is what to type for one. */
  readonly others: readonly Kind[];
}

/**
 * `knapsack` is the first kind that has it, `task:knapsack` that kind. A name that nobody has is of the kind that has the
 * nearest one, else of a loss.
 */
export function namedKind(registry: Registry, word: string): NamedKind {
  const names: Readonly<Record<Kind, readonly string[]>> = {
    loss: registry.names,
    algorithm: registry.algorithmNames,
    task: registry.taskNames,
    model: registry.modelNames,
  };
  const asked = KINDS.find((kind) => word.startsWith(`${kind}:`));
  const name = asked ? word.slice(asked.length + 1) : word;
  const having = KINDS.filter((kind) => names[kind].includes(name));
  const near = nearest(name, KINDS.flatMap((kind) => names[kind]));
  const kind = asked ?? having[0] ?? KINDS.find((other) => near !== undefined && names[other].includes(near)) ?? 'loss';
  return { kind, name, others: having.filter((other) => other !== kind) };
}
