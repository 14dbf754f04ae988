import { readFileSync } from 'node:fs';
import type { AnySchema } from 'ajv';
import { LossError } from '../../core/errors.js';
import { parseJson } from '../../core/json-text.js';
import { compileSchema, explain } from '../../core/schema.js';

/**
 * What a JSON file of a run folder holds; DATA, naming the file, where it cannot be read, is no JSON or not what the
 * schema says.
 */
export function readJson(file: string, schema: AnySchema): unknown {
  const valid = compileSchema(schema);
  const content = parsed(file);
  if (valid(content)) return content;
  throw new LossError('DATA', `${file}: ${explain(valid, 'the file')}`);
}

function parsed(file: string): unknown {
  try {
    return parseJson(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new LossError('DATA', `${file}: expected a JSON file, got ${(cause as Error).message}`, { cause });
  }
}
