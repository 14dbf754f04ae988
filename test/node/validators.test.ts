import { expect } from 'chai';
import { Ajv, type SchemaObject, type ValidateFunction } from 'ajv';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ajvOptions, complaintOf, type Validators } from '../../core/schema.js';
import { newtonOptionsSchema } from '../../core/newton/options.js';
import { experimentSchema } from '../../harness/experiments/experiment-schema.js';
import { optimizerSchemas } from '../../harness/experiments/optimizers.js';
import { findModel } from '../../harness/models/index.js';
import { lineSchema, versionsSchema } from '../../harness/run/run-files.js';
import { findTask } from '../../harness/tasks/index.js';
import { openRegistry } from '../../node/open-registry.js';
import { packageRoot } from '../../node/package-root.js';
import { validatorsModule } from '../../node/validators.js';
import { wrongValues } from '../core/wrong-values.js';
import { temporaryFolder } from '../harness/helpers.js';

const ajv = new Ajv(ajvOptions);

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

  /** Of losses and algorithms, and of what the harness has. */
  const builtIn = async (): Promise<[file: string, schemas: SchemaObject[]][]> => {
    const registry = await openRegistry();
    const core: SchemaObject[] = [newtonOptionsSchema];
    for (const name of registry.names) {
      const { params, target } = await registry.plugin(name);
      core.push(params, target);
    }
    for (const name of registry.algorithmNames) core.push((await registry.algorithmPlugin(name)).params);
    const harness: SchemaObject[] = [experimentSchema, ...Object.values(optimizerSchemas), versionsSchema, lineSchema];
    for (const name of registry.taskNames) {
      const { params, target } = await findTask(registry, name);
      harness.push(params, target);
    }
    for (const name of registry.modelNames) harness.push((await findModel(registry, name)).params);
    return [['built-in-validators.js', core], ['harness/validators.js', harness]];
  };

  it('are there for every built-in schema, and say what ajv says', async () => {
    for (const [file, schemas] of await builtIn()) {
      const validators = await load(path.join(packageRoot(), 'dist', file));
      for (const schema of schemas) agrees(validators[JSON.stringify(schema)], schema);
    }
  });

  it('are all that training needs: it compiles nothing', () => {
    const { status, stderr } = spawnSync(process.execPath, [
      ...['--disallow-code-generation-from-strings', path.join(packageRoot(), 'dist/harness/cli/main.js')],
      ...['train', 'mnist-sort/quick-softsort/hessian', '--steps', '1', '--out', path.join(folder(), 'run')],
    ], { encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
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

/** The validator says what the one of ajv does, made of a copy, and fills what that fills. */
function agrees(valid: ValidateFunction, schema: SchemaObject): void {
  const text = JSON.stringify(schema);
  expect(valid, text).to.be.a('function');
  const reference = ajv.compile(JSON.parse(text) as SchemaObject);
  const properties = Object.keys((schema['properties'] ?? {}) as object);
  const [data, copies] = [wrongData(properties), wrongData(properties)];
  data.forEach((wrong, k) => {
    expect(complaintOf(valid, wrong, 'it')).to.equal(complaintOf(reference, copies[k], 'it'));
    if (isPlain(wrong)) expect(wrong).to.deep.equal(copies[k]); // defaults included
  });
}

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
