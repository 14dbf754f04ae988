// Writes built-in.ts from registry.json: lazy imports that Node and bundlers follow; of tasks and models, which the harness
// alone has use for, paths. Part of `npm run build`.
import { readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const registry = JSON.parse(readFileSync(new URL('registry.json', root), 'utf8'));

const modules = (kind) =>
  Object.entries(registry[kind]).map(([name, module]) =>
    `  '${name}': { specifier: '${module}', url: () => '${module}', load: () => import('${module}') },\n`
  ).join('');

const paths = (kind) => Object.entries(registry[kind]).map(([name, module]) => `  '${name}': '${module}',\n`).join('');

writeFileSync(
  new URL('built-in.ts', root),
  `import type { PluginModule } from './core/registry-section.js';

/** What registry.json names: by tools/built-in.mjs. */
export const losses: Readonly<Record<string, PluginModule>> = {
${modules('losses')}};

export const algorithms: Readonly<Record<string, PluginModule>> = {
${modules('algorithms')}};

export const tasks: Readonly<Record<string, string>> = {
${paths('tasks')}};

export const models: Readonly<Record<string, string>> = {
${paths('models')}};
`,
);
