import { LossError } from '../../core/errors.js';
import { noProperty } from '../../core/schema.js';
import { experimentSchema } from './experiment-schema.js';
import { optimizerSchemas } from './optimizers.js';
import { isObject } from './presets.js';
import { withPaths } from './with-paths.js';

type Changes = Readonly<Record<string, unknown>>;
type Content = Record<string, unknown>;

/**
 * What an experiment's file says, changed at dotted paths. Another loss has none of the parameters of the one before,
 * which are not its own, and the name ends in its name, so that the run does not go on in the folder of the other.
 * PARAMS, naming the path and what there is, for a field that experiments have not; those of tasks, models and losses
 * are only known by them.
 */
export function withChanges(content: Content, changes: Changes): Content {
  const changed = withPaths(withLoss(content, lossIn(changes)), changes);
  const { optimizer } = changed;
  const name = isObject(optimizer) && typeof optimizer['name'] === 'string' ? optimizer['name'] : 'adam';
  for (const path of Object.keys(changes)) checkPath(path, name);
  return changed;
}

/** The name of the loss that changes set, if they do. */
function lossIn(changes: Changes): unknown {
  const whole = changes['loss'];
  return changes['loss.name'] ?? (isObject(whole) ? whole['name'] : undefined);
}

function withLoss(content: Content, loss: unknown): Content {
  const before = isObject(content['loss']) ? content['loss']['name'] : undefined;
  if (typeof loss !== 'string' || loss === before) return content;
  return { ...content, name: `${String(content['name'])}-${loss}`, loss: { name: loss } };
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean;
}

/** PARAMS where a part of the path is no property of what is closed. */
function checkPath(path: string, optimizer: string): void {
  let schema: Schema | undefined = experimentSchema as object;
  let at = 'experiment';
  for (const part of path.split('.')) {
    if (!schema) return;
    const known: Readonly<Record<string, Schema>> = schema.properties ?? {};
    if (schema.additionalProperties === false && !Object.hasOwn(known, part)) {
      throw new LossError('PARAMS', `--set ${path}: ${at} ${noProperty(part, Object.keys(known))}`);
    }
    at = `${at}/${part}`;
    schema = at === 'experiment/optimizer' ? optimizerOf(optimizer) : known[part];
  }
}

/** The schema of an optimizer, if it is one. */
function optimizerOf(name: string): Schema | undefined {
  return (optimizerSchemas as Readonly<Record<string, Schema>>)[name];
}
