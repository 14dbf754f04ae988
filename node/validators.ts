import { Ajv, type AnySchemaObject } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { ajvOptions } from '../core/schema.js';

/** What ajv needs at run time, for which it writes `require` in modules too. */
const REQUIRED = /const (\w+) = require\("([^"]+)"\)\.default/g;

/** As `import` gives it in Node and in bundlers, which differ in the default exports of such modules. */
const IMPORTED = 'import * as $1Module from "$2.js"; const $1 = $1Module.default.default ?? $1Module.default';

/**
 * The text of a module whose default export is what `addValidators` takes: the validators of these schemas as ajv
 * compiles them, by the JSON text of the schema. Throws where one is malformed.
 */
export function validatorsModule(schemas: readonly AnySchemaObject[]): string {
  const texts = [...new Set(schemas.map((schema) => JSON.stringify(schema)))];
  const ajv = new Ajv({ ...ajvOptions, code: { source: true, esm: true, lines: true } });
  texts.forEach((text, i) => ajv.addSchema(JSON.parse(text) as AnySchemaObject, `v${i}`));
  const code = standalone.default(ajv, Object.fromEntries(texts.map((_, i) => [`v${i}`, `v${i}`])));
  const entries = texts.map((text, i) => `  [JSON.stringify(${constantIn(code, text)})]: v${i},\n`);
  return `// Compiled by ajv, for addValidators.\n${code.replace(REQUIRED, IMPORTED)}\nexport default {\n${
    entries.join('')
  }};\n`;
}

/** The name of the constant that is this schema; its text again where there is none. */
function constantIn(code: string, text: string): string {
  const at = code.indexOf(` = ${text};`);
  return at < 0 ? text : code.slice(code.lastIndexOf(' ', at - 1) + 1, at);
}
