import type { BackendInfo } from '../../node/tfjs/index.js';

/** A JSON schema as far as parameters and targets use it. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly default?: unknown;
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

/** A schema in a few words: `number > 0`, `array of (integer >= 0), length >= 2`, `binary | float32 | row`. */
export function describeSchema(schema: object): string {
  const { type, enum: values, const: constant, anyOf, items, properties, ...rest } = schema as Schema;
  if (anyOf) return anyOf.map(describeSchema).join(' | ');
  if (values) return values.join(' | ');
  if (constant !== undefined) return JSON.stringify(constant);
  const bounds = Object.entries(signs).flatMap((
    [keyword, sign],
  ) => (rest[keyword] === undefined ? [] : [`${sign} ${String(rest[keyword])}`]));
  if (items) return [`array of ${inParentheses(describeSchema(items))}`, ...bounds].join(', ');
  const others = [type ?? []].flat().filter((name) => name !== 'object');
  if (properties && others.length > 0) return `${[...others, ...bounds].join(' ')} | ${describeProperties(properties)}`;
  const kind = properties ? describeProperties(properties) : [type ?? 'anything'].flat().join(' | ');
  return bounds.length === 0 ? kind : `${kind} ${bounds.join(', ')}`;
}

function inParentheses(text: string): string {
  return text.includes(' ') ? `(${text})` : text;
}

const signs: Record<string, string> = {
  exclusiveMinimum: '>',
  minimum: '>=',
  exclusiveMaximum: '<',
  maximum: '<=',
  multipleOf: 'multiple of',
  minItems: 'length >=',
  maxItems: 'length <=',
};

function describeProperties(properties: Readonly<Record<string, Schema>>): string {
  return `{ ${Object.entries(properties).map(([name, schema]) => `${name}: ${describeSchema(schema)}`).join(', ')} }`;
}

/** One row a parameter of a closed schema: name, type, default, description. */
export function describeParameters(
  schema: object,
): [name: string, type: string, fallback: string, description: string][] {
  return Object.entries((schema as Schema).properties ?? {}).map(([name, property]) => [
    name,
    describeSchema(property),
    property.default === undefined ? 'required' : `default ${JSON.stringify(property.default)}`,
    property.description ?? '',
  ]);
}

/** As lines: what is used, and each better one that was passed over with the reason. */
export function describeBackend({ passedOver, ...used }: BackendInfo): string[] {
  return [backendText(used), ...passedOver.map(({ backend, reason }) => `passed over ${backend}: ${reason.trim()}`)];
}

/** `wasm with SIMD and FMA, 1 thread`. */
export function backendText(
  { name, simd, fma, threads }: Pick<BackendInfo, 'simd' | 'threads'> & {
    readonly name: string;
    readonly fma?: boolean;
  },
): string {
  return `${name}${simd ? ` with SIMD${fma ? ' and FMA' : ''}` : ''}, ${threads} thread${threads === 1 ? '' : 's'}`;
}
