import { realpathSync } from 'node:fs';
import path from 'node:path';
import { LossError } from '../core/errors.js';
import { textOf } from '../core/messages.js';
import type { PluginSources } from '../core/registry.js';
import type { PluginModule } from '../core/registry-section.js';
import { compileSchema, complaintOf, namePattern } from '../core/schema.js';
import { checkedCopy } from '../core/validation.js';
import { importModule, moduleUrl } from './import-module.js';

/** What registry.json holds: names to modules, and nothing that the plugins say themselves. */
interface RegistryFile {
  losses?: Record<string, string>;
  algorithms?: Record<string, string>;
  tasks?: Record<string, string>;
  models?: Record<string, string>;
}

const modules = {
  type: 'object',
  propertyNames: { pattern: namePattern },
  additionalProperties: { type: 'string', minLength: 1 },
};

const registrySchema = {
  type: 'object',
  properties: { losses: modules, algorithms: modules, tasks: modules, models: modules },
  minProperties: 1,
  additionalProperties: false,
};

/**
 * The plugins that a parsed registry file names, for `registry.add`; "./" is relative to `folder`. REGISTRY where the
 * file is malformed or a path leaves the folder.
 */
export function pluginsOfFile(content: unknown, folder: string, file: string): PluginSources {
  if (typeof folder !== 'string' || typeof file !== 'string') {
    throw new LossError(
      'REGISTRY',
      `expected the paths of a folder and of the registry file, got ${textOf(folder)} and ${textOf(file)}`,
    );
  }
  const complaint = complaintOf(
    compileSchema(registrySchema),
    checkedCopy(file, 'registry', content, 'REGISTRY'),
    'registry',
  );
  if (complaint !== undefined) throw new LossError('REGISTRY', `${file}: ${complaint}`);
  const modulesOf = (entries: Record<string, string>): Record<string, PluginModule> =>
    Object.fromEntries(
      Object.entries(entries).map(([name, module]) => [name, moduleInFolder(module, folder, `${file}: ${name}`)]),
    );
  return Object.fromEntries(
    Object.entries(content as RegistryFile).map(([section, entries]) => [section, modulesOf(entries)]),
  );
}

function moduleInFolder(module: string, folder: string, entry: string): PluginModule {
  const outside = (got: string): LossError =>
    new LossError('REGISTRY', `${entry} should name a package or a path below ${folder}, got ${got}`);
  const inside = module.startsWith('.') ? path.relative(folder, path.resolve(folder, module)) : module;
  if (path.isAbsolute(module) || module.includes(':') || leaves(inside)) throw outside(module);
  return {
    specifier: module,
    url: () => moduleUrl(module, folder),
    load() {
      if (isLinkOutside(module, folder)) throw outside(`${module}, a link to elsewhere`);
      return importModule(module, folder);
    },
  };
}

/** Whether a relative path leads up and out. */
function leaves(relative: string): boolean {
  return path.isAbsolute(relative) || relative.split(/[\\/]/).includes('..');
}

/** Whether "./" leads out of the folder by a symbolic link. A file that does not exist leads nowhere. */
function isLinkOutside(module: string, folder: string): boolean {
  if (!module.startsWith('.')) return false;
  try {
    return leaves(path.relative(realpathSync(folder), realpathSync(path.resolve(folder, module))));
  } catch {
    return false; // the import says why
  }
}
