import type { SchemaObject } from 'ajv';

/**
 * The schema of a target that says what the outputs y themselves should be, as those of `mse` and, of costs, `spo-plus`
 * do: known by its title. Tasks that have several kinds of targets give such to a loss that declares it.
 */
export const outputsTarget = { type: 'array', items: { type: 'number' }, minItems: 1, title: 'outputs' } as const;

/** Whether the targets of a loss say what the outputs should be. */
export function wantsOutputs({ target }: { readonly target: SchemaObject }): boolean {
  return target['title'] === outputsTarget.title;
}
