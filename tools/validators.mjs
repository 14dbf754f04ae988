// Writes dist/browser/validators.js: the validators of all built-in schemas, since compiling them takes `unsafe-eval`,
// which pages may forbid. Part of `npm run build`.
import { writeFileSync } from 'node:fs';
import { newtonOptionsSchema, openRegistry } from '../dist/node/index.js';
import { validatorsModule } from '../dist/node/validators.js';

const registry = await openRegistry();
const losses = await Promise.all(registry.names.map((name) => registry.plugin(name)));
const algorithms = await Promise.all(registry.algorithmNames.map((name) => registry.algorithmPlugin(name)));
const schemas = [
  newtonOptionsSchema,
  ...losses.flatMap(({ params, target }) => [params, target]),
  ...algorithms.map(({ params }) => params),
];
writeFileSync(new URL('../dist/browser/validators.js', import.meta.url), validatorsModule(schemas));
