// Writes dist/built-in-validators.js and dist/harness/validators.js: the validators of all built-in schemas, since
// compiling them takes a tenth of a second, and `unsafe-eval`, which pages may forbid. Part of `npm run build`.
import { existsSync, writeFileSync } from 'node:fs';

const dist = new URL('../dist/', import.meta.url);
const [built, harness] = ['built-in-validators.js', 'harness/validators.js'].map((file) => new URL(file, dist));
// What is loaded below imports both.
for (const file of [built, harness]) if (!existsSync(file)) writeFileSync(file, 'export default {};\n');

const { newtonOptionsSchema, openRegistry } = await import('../dist/node/index.js');
const { validatorsModule } = await import('../dist/node/validators.js');
const { experimentSchema } = await import('../dist/harness/experiments/experiment-schema.js');
const { optimizerSchemas } = await import('../dist/harness/experiments/optimizers.js');
const files = await import('../dist/harness/run/run-files.js');

const registry = await openRegistry();
const losses = await Promise.all(registry.names.map((name) => registry.plugin(name)));
const algorithms = await Promise.all(registry.algorithmNames.map((name) => registry.algorithmPlugin(name)));
const tasks = await Promise.all(registry.taskNames.map((name) => registry.taskPlugin(name)));
const models = await Promise.all(registry.modelNames.map((name) => registry.modelPlugin(name)));

writeFileSync(
  built,
  validatorsModule([
    newtonOptionsSchema,
    ...losses.flatMap(({ params, target }) => [params, target]),
    ...algorithms.map(({ params }) => params),
  ]),
);
writeFileSync(
  harness,
  validatorsModule([
    experimentSchema,
    ...Object.values(optimizerSchemas),
    ...tasks.flatMap(({ params, target }) => [params, target]),
    ...models.map(({ params }) => params),
    ...Object.entries(files).flatMap(([name, schema]) => name.endsWith('Schema') ? [schema] : []),
  ]),
);
