import { Ajv, type AnySchema, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { LossError } from './errors.js';
import { attempt, didYouMean, nearest, reasonOf, textOf } from './messages.js';

/** Names of losses: kebab-case. */
export const namePattern = '^[a-z][a-z0-9]*(-[a-z0-9]+)*$';

export const ajvOptions: Options = {
  useDefaults: true,
  allErrors: false,
  strict: true,
  verbose: true,
  allowUnionTypes: true,
  logger: false,
};

const ajv = new Ajv(ajvOptions);

/** What ajv has compiled beforehand: validators by the JSON text of their schemas. */
export type Validators = Readonly<Record<string, ValidateFunction>>;

const beforehand = new Map<string, ValidateFunction>();
const bySchema = new WeakMap<object, ValidateFunction>();

/**
 * Takes these validators for their schemas from now on, as those of built-in ones are taken: for pages whose
 * Content-Security-Policy keeps ajv from compiling. `newton-losses schemas my-loss.js` writes those of a plugin:
 *
 *     import validators from './my-loss.schemas.js';
 *     addValidators(validators);
 */
export function addValidators(validators: Validators): void {
  for (const [text, valid] of Object.entries(validators)) beforehand.set(text, valid);
}

/**
 * The validator of a schema, compiled once per schema object; filling defaults in place. Throws where the schema is
 * malformed.
 */
export function compileSchema<T = unknown>(schema: AnySchema): ValidateFunction<T> {
  if (typeof schema !== 'object') return compiled(schema) as ValidateFunction<T>;
  const known = bySchema.get(schema);
  if (known) return known as ValidateFunction<T>;
  const valid = beforehand.get(attempt(() => JSON.stringify(schema)) ?? '') ?? compiled(schema);
  bySchema.set(schema, valid);
  return valid as ValidateFunction<T>;
}

function compiled(schema: AnySchema): ValidateFunction {
  const valid = ajv.compile(schema);
  if ('$async' in valid) throw new Error('it should not be asynchronous');
  return valid;
}

/** The validator of a plugin's schema; REGISTRY where it is malformed, UNSUPPORTED where the page lets none compile. */
export function compilePluginSchema(name: string, part: 'params' | 'target', schema: AnySchema): ValidateFunction {
  try {
    return compileSchema(schema);
  } catch (cause) {
    if (cause instanceof EvalError) throw uncompiled(name, part, cause);
    throw new LossError('REGISTRY', `${name}: the JSON schema of its ${part} does not compile: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

function uncompiled(name: string, part: string, cause: EvalError): LossError {
  const remedy = 'write its validators beforehand (newton-losses schemas FILE), and pass them to addValidators';
  const what = `${name}: the JSON schema of its ${part} cannot be compiled here: ${remedy}`;
  return new LossError('UNSUPPORTED', `${what}; got ${reasonOf(cause)}`, { cause });
}

/** What is wrong with the data in one line, if anything; else its defaults are filled in place. */
export function complaintOf(validate: ValidateFunction, data: unknown, subject: string): string | undefined {
  try {
    return validate(data) ? undefined : explain(validate, subject);
  } catch (error) {
    return `${subject} cannot be read: ${reasonOf(error)}`; // a getter that throws, for one
  }
}

/** The last failure of a validator in one line, with what came: `params/temperature must be > 0, got -1`. */
export function explain(validate: ValidateFunction, subject: string): string {
  const error = validate.errors?.[0];
  if (!error) return `${subject} is not valid`;
  const where = `${subject}${error.instancePath}`;
  if (error.keyword === 'additionalProperties') return `${where} ${unknownProperty(error)}`;
  const allowed = error.keyword === 'enum' ? allowedValues(error) : '';
  const stray = error.keyword === 'required' ? strayProperties(error) : '';
  return `${where} ${error.message}${allowed}, got ${textOf(error.data)}${stray}`;
}

/** What is allowed, and the one that was probably meant. */
function allowedValues({ params, data }: ErrorObject): string {
  const values = params['allowedValues'] as unknown[];
  const names = values.filter((value) => typeof value === 'string');
  const meant = typeof data === 'string' ? nearest(data, names) : undefined;
  return ` (${values.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`})`;
}

function unknownProperty({ params, parentSchema }: ErrorObject): string {
  const known = Object.keys((parentSchema?.['properties'] ?? {}) as object);
  return noProperty(params['additionalProperty'] as string, known);
}

/** Which property there is not, the one that was probably meant, and those there are. */
export function noProperty(unknown: string, known: readonly string[]): string {
  return `has no property ${textOf(unknown)}${didYouMean(unknown, known)}; it has ${known.join(', ') || 'none'}`;
}

/** Unknown properties beside the one that is missing: it may be among them, misspelt. */
function strayProperties({ data, parentSchema }: ErrorObject): string {
  const known = Object.keys((parentSchema?.['properties'] ?? {}) as object);
  const stray = Object.keys(data as object).filter((key) => !known.includes(key));
  return stray.length === 0 ? '' : `, in which ${stray.map((key) => textOf(key)).join(', ')} is unknown`;
}
