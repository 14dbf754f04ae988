import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type JSONSchemaType } from 'ajv';
import { type CheckedLoss, checked } from './checked.js';
import { LossError } from './errors.js';
import { type LossPlugin } from './loss.js';
import { compileSchema, explain, namePattern } from './schema.js';

/** What registry.json holds: names to modules, and nothing that the plugin says itself. */
interface RegistryFile {
  losses: Record<string, string>;
}

const registrySchema: JSONSchemaType<RegistryFile> = {
  type: 'object',
  properties: {
    losses: {
      type: 'object',
      propertyNames: { pattern: namePattern },
      additionalProperties: { type: 'string', minLength: 1 },
      required: [],
    },
  },
  required: ['losses'],
  additionalProperties: false,
};

interface Entry {
  readonly module: string;
  /** What "./" and package names are relative to. */
  readonly folder: string;
  readonly file: string;
}

/** Losses by name. Plugins are imported when first asked for. */
export class Registry {
  private readonly entries = new Map<string, Entry>();

  /** Sorted. */
  get names(): string[] {
    return [...this.entries.keys()].sort();
  }

  /** Adds the entries of a parsed registry file; "./" is relative to `folder`. REGISTRY on a clash or a malformed file. */
  add(content: unknown, folder: string, file: string): void {
    const valid = compileSchema(registrySchema);
    if (!valid(content)) throw new LossError('REGISTRY', `${file}: ${explain(valid, 'registry')}`);
    for (const [name, module] of Object.entries((content as RegistryFile).losses)) {
      const earlier = this.entries.get(name);
      if (earlier) throw new LossError('REGISTRY', `${file}: ${name} is already registered by ${earlier.file}; choose another name`);
      const inside = module.startsWith('.') ? path.relative(folder, path.resolve(folder, module)) : module;
      if (path.isAbsolute(module) || module.includes(':') || inside.split(/[\\/]/).includes('..')) {
        throw new LossError('REGISTRY', `${file}: ${name} should name a package or a path below ${folder}, got ${module}`);
      }
      this.entries.set(name, { module, folder, file });
    }
  }

  /** The plugin of that name. LOSS_UNKNOWN or REGISTRY. */
  async plugin(name: string): Promise<LossPlugin> {
    const entry = this.entries.get(name);
    if (!entry) throw new LossError('LOSS_UNKNOWN', `no loss is called ${JSON.stringify(name)}; there are ${this.names.join(', ')}`);
    const plugin = await importPlugin(entry.module, entry.folder).catch((cause: unknown) => {
      if (cause instanceof LossError) throw new LossError('REGISTRY', `${entry.file}: ${name}: ${cause.message}`, { cause });
      throw cause;
    });
    if (plugin.name !== name) {
      throw new LossError('REGISTRY', `${entry.file}: ${name} names ${entry.module}, whose plugin calls itself ${JSON.stringify(plugin.name)}`);
    }
    return plugin;
  }

  /** The loss of that name with these parameters: validated, defaults filled, checked. */
  async create(name: string, params: object = {}): Promise<CheckedLoss> {
    return checked(await this.plugin(name), params);
  }
}

/** The plugin that a module ("./file.js" in `folder`, or a package seen from there) exports by default; else REGISTRY. */
export async function importPlugin(module: string, folder: string): Promise<LossPlugin> {
  let exported: { default?: unknown };
  try {
    exported = (await import(resolveModule(module, folder))) as { default?: unknown };
  } catch (cause) {
    throw new LossError('REGISTRY', `cannot import ${module} from ${folder}: ${(cause as Error).message}`, { cause });
  }
  const plugin = exported.default as Partial<LossPlugin> | undefined;
  if (typeof plugin?.name !== 'string' || typeof plugin.create !== 'function') {
    throw new LossError('REGISTRY', `${module} should export a loss plugin by default, got ${plugin === undefined ? 'no default export' : typeof plugin}`);
  }
  return plugin as LossPlugin;
}

function resolveModule(module: string, folder: string): string {
  if (module.startsWith('.')) return pathToFileURL(path.resolve(folder, module)).href;
  return pathToFileURL(createRequire(path.join(folder, 'registry.json')).resolve(module)).href;
}

/** The folder that holds the running core/: the repository's root, or dist/ in a build. */
const home = fileURLToPath(new URL('..', import.meta.url));

/**
 * The built-in losses, and those of the given sources: a registry file's path (*.json), or a package that has a registry.json.
 * Nothing is replaced: a name that exists already is a REGISTRY error.
 */
export async function openRegistry(...sources: string[]): Promise<Registry> {
  const registry = new Registry();
  const builtIn = path.join(packageRoot(), 'registry.json');
  registry.add(await readJson(builtIn), home, builtIn);
  for (const source of sources) {
    const file = source.endsWith('.json') ? path.resolve(source) : packageRegistry(source);
    registry.add(await readJson(file), path.dirname(file), file);
  }
  return registry;
}

/** This package's root folder: where package.json and registry.json are. */
export function packageRoot(): string {
  return path.basename(home) === 'dist' ? path.dirname(path.resolve(home)) : home;
}

function packageRegistry(name: string): string {
  try {
    return createRequire(path.join(process.cwd(), 'package.json')).resolve(`${name}/registry.json`);
  } catch (cause) {
    throw new LossError('REGISTRY', `no registry.json in package ${name}, seen from ${process.cwd()}; for a file, give a path that ends in .json`, { cause });
  }
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (cause) {
    throw new LossError('REGISTRY', `cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}
