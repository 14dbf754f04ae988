import type { SchemaObject } from 'ajv';
import { attempt, textOf } from '../messages.js';
import type { ParameterSchema, SchemaOf } from '../parameters.js';
import { expectPlugin, isObject } from '../plugin-calls.js';
import { namePattern } from '../schema.js';
import { fillParams } from '../validation.js';
import type { AlgorithmPlugin, CheckedAlgorithm } from './algorithm.js';

/** Of a schema: that it is one of an algorithm, and which one where none is named. Not seen in JSON. */
const STANDARD = Symbol.for('newton-losses/algorithm');

/** An algorithm of a registry, with its parameters. */
export interface AlgorithmChoice {
  readonly name: string;
  readonly params?: object;
}

/** Parameters as users give them: some of them, and algorithms by name or made. */
export type Given<Params> = { [Name in keyof Params]?: GivenValue<Params[Name]> };

type GivenValue<Value> = Value extends CheckedAlgorithm ? CheckedAlgorithm | AlgorithmChoice
  : Value extends readonly (infer Item)[] ? GivenValue<Item>[]
  : Value extends object ? { [Name in keyof Value]: GivenValue<Value[Name]> }
  : Value;

/** The schema of a parameter that is an algorithm. */
export interface AlgorithmParameter extends ParameterSchema, SchemaOf<CheckedAlgorithm> {}

/** Parameters with defaults filled, frozen. */
export interface ResolvedParams<Params> {
  /** As JSON has them, algorithms by name: `{ name, params }`. */
  readonly params: object;
  /** As `create` gets them, algorithms made. */
  readonly made: Params;
}

/**
 * The schema of a parameter that is a hard algorithm, `plugin` where none is named. Users give `{ name, params }`, of
 * which a registry makes the algorithm, or one that is made, such as `topK({ k: 2 })`; `create` and `sample` get the
 * algorithm.
 *
 *     params: parameters({ algorithm: algorithmSchema(topK) }),
 *     create: ({ algorithm }) => ...
 *
 * REGISTRY where `plugin` is none.
 */
export function algorithmSchema<Params extends object>(
  plugin: AlgorithmPlugin<Params>,
  description = 'the hard algorithm that the loss is over',
): AlgorithmParameter {
  expectPlugin('algorithm', plugin);
  const { name } = plugin;
  const schema: unknown = {
    type: 'object',
    properties: {
      name: { type: 'string', pattern: namePattern, default: name },
      params: {
        type: 'object',
        default: {},
        description: 'its parameters, by its own schema',
        additionalProperties: true,
      },
    },
    required: ['name', 'params'],
    additionalProperties: false,
    default: { name, params: {} },
    description,
    [STANDARD]: plugin,
  };
  return schema as AlgorithmParameter;
}

/** The algorithm that stands where none is named, if the schema is one of an algorithm. */
export function standardOf(schema: object): AlgorithmPlugin | undefined {
  return (schema as { readonly [STANDARD]?: AlgorithmPlugin })[STANDARD];
}

/** The algorithms that stand where none is named, of all that a schema describes. */
export function standardsIn(schema: SchemaObject): AlgorithmPlugin[] {
  const standard = standardOf(schema);
  if (standard) return [standard];
  const inner = [...Object.values((schema['properties'] ?? {}) as object), schema['items']] as unknown[];
  return inner.flatMap((of) => (isObject(of) ? standardsIn(of) : []));
}

/** An algorithm that is named, and where: `params/algorithm`. */
export interface OpenChoice {
  readonly at: string;
  readonly choice: AlgorithmChoice;
  readonly standard: AlgorithmPlugin;
}

/** Parameters whose algorithms have still to be made of names. */
export interface OpenParams<Params> {
  readonly choices: readonly OpenChoice[];
  /** With the algorithms made of the choices, by where they are. */
  close(made: ReadonlyMap<string, CheckedAlgorithm>): ResolvedParams<Params>;
}

/** Validates the parameters of a plugin and fills in defaults, also those of which algorithm. PARAMS. */
export function openParams<Params extends object>(
  plugin: { readonly name: string; readonly params: SchemaObject },
  given: Given<Params>,
): OpenParams<Params> {
  const schema = plugin.params;
  const present = new Map<string, CheckedAlgorithm>();
  const described = attempt(() =>
    withAlgorithms(schema, given, (value, at) => {
      if (!isAlgorithm(value)) return typeof value === 'function' ? textOf(value) : value;
      present.set(at, value);
      return choiceOf(value);
    })
  );
  const filled = fillParams<object>(plugin, described ?? given);
  const choices: OpenChoice[] = [];
  withAlgorithms(schema, filled, (value, at, standard) => {
    if (!present.has(at)) choices.push({ at, choice: value as AlgorithmChoice, standard });
    return value;
  });
  return {
    choices,
    close(made) {
      const whole = withAlgorithms(schema, filled, (_, at) => present.get(at) ?? made.get(at)!);
      const params = withAlgorithms(schema, whole, (value) => choiceOf(value as CheckedAlgorithm));
      return { params: Object.freeze(params), made: Object.freeze(whole) as Params };
    },
  };
}

function choiceOf({ plugin, params }: CheckedAlgorithm): AlgorithmChoice {
  return { name: plugin.name, params };
}

export function isAlgorithm(value: unknown): value is CheckedAlgorithm {
  return isObject(value) && typeof value['solveBatch'] === 'function' && 'plugin' in value;
}

/** A value with something else where its schema has algorithms; what has none is taken as it is. */
function withAlgorithms<T>(
  schema: SchemaObject,
  value: T,
  replace: (value: unknown, at: string, standard: AlgorithmPlugin) => unknown,
  at = 'params',
): T {
  const standard = standardOf(schema);
  if (standard) return replace(value, at, standard) as T;
  if (!isObject(value)) return value;
  const inner = Array.isArray(value)
    ? value.map((_, k) => [`${k}`, schema['items'] as unknown] as const)
    : Object.entries((schema['properties'] ?? {}) as object);
  const changes = inner.flatMap(([key, of]) => {
    if (!isObject(of) || !Object.hasOwn(value, key)) return [];
    const before = value[key];
    const after = withAlgorithms(of, before, replace, `${at}/${key}`);
    return after === before ? [] : [[key, after] as const];
  });
  if (changes.length === 0) return value;
  return Object.assign(Array.isArray(value) ? value.slice() : { ...value }, Object.fromEntries(changes)) as T;
}
