import { expect } from 'chai';
import type { SchemaObject } from 'ajv';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ajvOptions, complaintOf, compileSchema, type Validators } from '../../core/schema.js';
import { newtonOptionsSchema } from '../../core/newton/options.js';
import { openRegistry } from '../../node/open-registry.js';
import { packageRoot } from '../../node/package-root.js';
import { validatorsModule } from '../../node/validators.js';
import { wrongValues } from '../core/wrong-values.js';
import { temporaryFolder } from '../harness/helpers.js';

const load = async (file: string): Promise<Validators> =>
  ((await import(pathToFileURL(file).href)) as { default: Validators }).default;

describe('validators compiled beforehand', () => {
  const folder = temporaryFolder();

  const compiled = (...schemas: SchemaObject[]): Promise<Validators> => {
    const file = path.join(folder(), 'validators.mjs');
    writeFileSync(
      file,
      validatorsModule(schemas).replaceAll('"ajv/', `"${pathToFileURL(packageRoot()).href}/node_modules/ajv/`),
    );
    return load(file);
  };

  it('are there for every built-in schema, and say what ajv says', async () => {
    const validators = await load(path.join(packageRoot(), 'dist/browser/validators.js'));
    const registry = await openRegistry();
    const schemas: SchemaObject[] = [newtonOptionsSchema];
    for (const name of registry.names) {
      const { params, target } = await registry.plugin(name);
      schemas.push(params, target);
    }
    for (const name of registry.algorithmNames) schemas.push((await registry.algorithmPlugin(name)).params);
    for (const schema of schemas) {
      const valid = validators[JSON.stringify(schema)];
      expect(valid, JSON.stringify(schema)).to.be.a('function');
      const properties = Object.keys((schema['properties'] ?? {}) as object);
      const [data, copies] = [wrongData(properties), wrongData(properties)];
      data.forEach((wrong, k) => {
        expect(complaintOf(valid, wrong, 'it')).to.equal(complaintOf(compileSchema(schema), copies[k], 'it'));
        if (isPlain(wrong)) expect(wrong).to.deep.equal(copies[k]); // defaults included
      });
    }
  });

  it('import what ajv needs at run time', async () => {
    const schema = { type: 'array', items: { type: 'string', maxLength: 2 }, uniqueItems: true, minItems: 1 };
    const valid = (await compiled(schema, { const: { a: [1] } }))[JSON.stringify(schema)];
    const said = [['ab', 'c'], ['abc'], ['\u{1F600}\u{1F600}'], ['a', 'a'], []].map((data) =>
      complaintOf(valid, data, 'it')
    );
    expect(said).to.deep.equal([
      undefined,
      'it/0 must NOT have more than 2 characters, got "abc"',
      undefined,
      'it must NOT have duplicate items (items ## 1 and 0 are identical), got ["a","a"]',
      'it must NOT have fewer than 1 items, got []',
    ]);
  });

  it('refuse schemas that are malformed, as ajv does', () => {
    expect(() => validatorsModule([{ type: 'object', propertys: {} }])).to.throw(/unknown keyword/);
    expect(ajvOptions.strict).to.equal(true);
  });
});

/** New values at every call. */
function wrongData(properties: readonly string[]): unknown[] {
  return [...wrongValues(), ...properties.flatMap((key) => wrongValues().map((wrong) => ({ [key]: wrong })))];
}

function isPlain(value: unknown): boolean {
  try {
    return JSON.stringify(value) === JSON.stringify(structuredClone(value));
  } catch {
    return false;
  }
}
