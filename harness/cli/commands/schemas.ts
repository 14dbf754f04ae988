import path from 'node:path';
import type { SchemaObject } from 'ajv';
import { standardsIn } from '../../../core/algorithms/algorithm-parameter.js';
import { compilePluginSchema } from '../../../core/schema.js';
import { importPlugin } from '../../../node/open-registry.js';
import { validatorsModule } from '../../../node/validators.js';
import { print } from '../../terminal/output.js';

/** What matters here of a loss plugin, or of an algorithm. */
interface Plugin {
  readonly name: string;
  readonly params: SchemaObject;
  readonly target?: SchemaObject;
}

/**
 * `newton-losses schemas FILE...`: prints a module with the validators of the plugins that these files export by
 * default, for `addValidators`. REGISTRY where one exports none, or a schema is malformed.
 */
export async function schemas(files: readonly string[], out: (text: string) => void = print): Promise<void> {
  const plugins = await Promise.all(
    files.map((file) => {
      const folder = path.resolve(path.dirname(file));
      return importPlugin<Plugin>(['loss', 'algorithm'], `./${path.basename(file)}`, folder);
    }),
  );
  out(validatorsModule(plugins.flatMap(schemasOf)).trimEnd());
}

/** Those of a loss, and of the algorithms among its parameters; an algorithm by itself has no target. */
function schemasOf({ name, params, target }: Plugin): SchemaObject[] {
  const parts = target ? ({ params, target } as const) : ({ params } as const);
  for (const [part, schema] of Object.entries(parts)) compilePluginSchema(name, part as keyof typeof parts, schema);
  return [...Object.values(parts), ...standardsIn(params).flatMap(schemasOf)];
}
