import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { LossError, type LossErrorCode } from './errors.js';

interface Entry {
  readonly module: string;
  /** What "./" and package names are relative to. */
  readonly folder: string;
  readonly file: string;
}

interface Named {
  readonly name: string;
}

/** Plugins of one kind by name, imported when asked for. */
export class RegistrySection<Plugin extends Named> {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly kind: string,
    private readonly unknown: LossErrorCode,
  ) {}

  /** Sorted. */
  get names(): string[] {
    return [...this.entries.keys()].sort();
  }

  /** Adds names and their modules from a registry file; "./" is relative to `folder`. REGISTRY on a clash or a path that leaves the folder. */
  add(modules: Readonly<Record<string, string>>, folder: string, file: string): void {
    for (const [name, module] of Object.entries(modules)) {
      const earlier = this.entries.get(name);
      if (earlier) throw new LossError('REGISTRY', `${file}: ${name} is already registered by ${earlier.file}; choose another name`);
      const inside = module.startsWith('.') ? path.relative(folder, path.resolve(folder, module)) : module;
      if (path.isAbsolute(module) || module.includes(':') || inside.split(/[\\/]/).includes('..')) {
        throw new LossError('REGISTRY', `${file}: ${name} should name a package or a path below ${folder}, got ${module}`);
      }
      this.entries.set(name, { module, folder, file });
    }
  }

  /** The plugin of that name; REGISTRY where its module fails, exports no such plugin, or one of another name. */
  async plugin(name: string): Promise<Plugin> {
    const entry = this.entries.get(name);
    if (!entry) throw new LossError(this.unknown, `there is no ${this.kind} ${JSON.stringify(name)}, but ${this.names.join(', ') || 'none'}`);
    const plugin = await importDefault<Plugin>(this.kind, entry.module, entry.folder).catch((cause: unknown) => {
      if (cause instanceof LossError) throw new LossError('REGISTRY', `${entry.file}: ${name}: ${cause.message}`, { cause });
      throw cause;
    });
    if (plugin.name !== name) {
      throw new LossError('REGISTRY', `${entry.file}: ${name} names ${entry.module}, whose plugin calls itself ${JSON.stringify(plugin.name)}`);
    }
    return plugin;
  }

  /** The URL of the module whose default export the plugin is; none where it is not registered here. */
  async moduleOf(plugin: Plugin): Promise<string | undefined> {
    const entry = this.entries.get(plugin.name);
    const registered = entry && (await this.plugin(plugin.name).catch(() => undefined)) === plugin;
    return registered ? resolveModule(entry.module, entry.folder) : undefined;
  }
}

/** The plugin that a module ("./file.js" in `folder`, or a package seen from there) exports by default; else REGISTRY. */
export async function importDefault<Plugin extends Named>(kind: string, module: string, folder: string): Promise<Plugin> {
  let exported: { default?: unknown };
  try {
    exported = (await import(resolveModule(module, folder))) as { default?: unknown };
  } catch (cause) {
    throw new LossError('REGISTRY', `cannot import ${module} from ${folder}: ${(cause as Error).message}`, { cause });
  }
  const plugin = exported.default as { name?: unknown; create?: unknown } | undefined;
  if (typeof plugin?.name !== 'string' || typeof plugin.create !== 'function') {
    throw new LossError('REGISTRY', `${module} should export a ${kind} plugin by default, got ${plugin === undefined ? 'no default export' : typeof plugin}`);
  }
  return plugin as unknown as Plugin;
}

function resolveModule(module: string, folder: string): string {
  if (module.startsWith('.')) return pathToFileURL(path.resolve(folder, module)).href;
  return pathToFileURL(createRequire(path.join(folder, 'registry.json')).resolve(module)).href;
}
