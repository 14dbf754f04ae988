import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { algorithms, losses, models, tasks } from '../built-in.js';
import builtInValidators from '../built-in-validators.js';
import { LossError } from '../core/errors.js';
import { parseJson } from '../core/json-text.js';
import { isObject, type PluginKind } from '../core/plugin-calls.js';
import { reasonOf, textOf } from '../core/messages.js';
import { type PluginSources, Registry } from '../core/registry.js';
import { loaded, type NamedPlugin, type PluginModule } from '../core/registry-section.js';
import { addValidators } from '../core/schema.js';
import { type Exports, importModule } from './import-module.js';
import { pluginsOfFile } from './registry-file.js';

addValidators(builtInValidators);

/**
 * The built-in losses, algorithms, tasks and models, and those of the given sources: a registry file's path (*.json), a
 * package that has a registry.json, or plugins by name as in `registry.add`. Nothing is replaced: a name that exists
 * already is a REGISTRY error.
 */
export async function openRegistry(...sources: (string | PluginSources)[]): Promise<Registry> {
  const registry = new Registry();
  registry.add({ losses, algorithms, tasks: modulesAt(tasks), models: modulesAt(models) }, 'newton-losses');
  for (const source of sources) {
    if (isObject(source)) registry.add(source, 'openRegistry');
    else await addFile(registry, source);
  }
  return registry;
}

/** Modules of the harness, which bundlers are not to follow: what uses losses alone needs none of them. */
function modulesAt(paths: Readonly<Record<string, string>>): Record<string, PluginModule> {
  const moduleAt = (specifier: string): PluginModule => {
    const { href } = new URL(`../${specifier}`, import.meta.url);
    return { specifier, load: () => import(href) as Promise<Exports> };
  };
  return Object.fromEntries(Object.entries(paths).map(([name, specifier]) => [name, moduleAt(specifier)]));
}

/**
 * The plugin, of one of these kinds, that a module ("./file.js" in `folder`, or a package seen from there) exports by
 * default; else REGISTRY.
 */
export function importPlugin<Plugin extends NamedPlugin>(
  kinds: readonly PluginKind[],
  module: string,
  folder: string,
): Promise<Plugin> {
  return loaded<Plugin>(kinds, { specifier: module, load: () => importModule(module, folder) });
}

async function addFile(registry: Registry, source: unknown): Promise<void> {
  if (typeof source !== 'string') {
    throw new LossError('REGISTRY', `openRegistry: expected paths, packages and plugins, got ${textOf(source)}`);
  }
  const file = source.endsWith('.json') ? path.resolve(source) : packageRegistry(source);
  registry.add(pluginsOfFile(await readJson(file), path.dirname(file), file), file);
}

function packageRegistry(name: string): string {
  try {
    return createRequire(path.join(process.cwd(), 'package.json')).resolve(`${name}/registry.json`);
  } catch (cause) {
    throw new LossError(
      'REGISTRY',
      `no registry.json in package ${name}, seen from ${process.cwd()}; for a file, give a path that ends in .json`,
      { cause },
    );
  }
}

async function readJson(file: string): Promise<unknown> {
  try {
    return parseJson(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new LossError('REGISTRY', `cannot read ${file}: ${reasonOf(cause)}`, { cause });
  }
}
