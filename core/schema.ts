import { Ajv, type AnySchema, type ValidateFunction } from 'ajv';

/** Names of losses: kebab-case. */
export const namePattern = '^[a-z][a-z0-9]*(-[a-z0-9]+)*$';

const ajv = new Ajv({ useDefaults: true, allErrors: false, strict: true, verbose: true, allowUnionTypes: true });

/** The validator of a schema, compiled once per schema object; filling defaults in place. Throws where the schema is malformed. */
export function compileSchema(schema: AnySchema): ValidateFunction {
  return ajv.compile(schema);
}

/** The last failure of a validator in one line, with what came: `params/temperature must be > 0, got -1`. */
export function explain(validate: ValidateFunction, subject: string): string {
  const error = validate.errors?.[0];
  if (!error) return `${subject} is not valid`;
  const where = `${subject}${error.instancePath} ${error.message}`;
  if (error.keyword === 'additionalProperties') return `${where}, got ${JSON.stringify(error.params['additionalProperty'])}`;
  const allowed = error.keyword === 'enum' ? ` (${(error.params['allowedValues'] as unknown[]).join(', ')})` : '';
  return `${where}${allowed}, got ${short(error.data)}`;
}

function short(value: unknown): string {
  const text = (typeof value === 'number' ? undefined : JSON.stringify(value)) ?? String(value); // JSON has no NaN
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
