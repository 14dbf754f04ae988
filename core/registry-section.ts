import { realpathSync } from 'node:fs';
import path from 'node:path';
import { LossError, type LossErrorCode } from './errors.js';
import { importModule, moduleUrl } from '../node/import-module.js';
import { attempt, nearest, textOf } from './messages.js';
import { isObject } from './plugin-calls.js';

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

  /**
   * Adds names and their modules from a registry file; "./" is relative to `folder`. REGISTRY on a clash or a path that
   * leaves the folder.
   */
  add(modules: Readonly<Record<string, string>>, folder: string, file: string): void {
    for (const [name, module] of Object.entries(modules)) {
      const earlier = this.entries.get(name);
      if (earlier) {
        throw new LossError(
          'REGISTRY',
          `${file}: ${name} is already registered by ${earlier.file}; choose another name`,
        );
      }
      const inside = module.startsWith('.') ? path.relative(folder, path.resolve(folder, module)) : module;
      if (path.isAbsolute(module) || module.includes(':') || leaves(inside)) throw outside(file, name, folder, module);
      this.entries.set(name, { module, folder, file });
    }
  }

  /**
   * The plugin of that name; REGISTRY where its module fails, leads out of the folder, exports no such plugin, or one
   * of another name.
   */
  async plugin(name: string): Promise<Plugin> {
    const entry = this.entries.get(name);
    if (!entry) throw this.unknownName(name);
    if (isLinkOutside(entry)) throw outside(entry.file, name, entry.folder, `${entry.module}, a link to elsewhere`);
    const plugin = await importDefault<Plugin>(this.kind, entry.module, entry.folder).catch((cause: unknown) => {
      if (cause instanceof LossError) {
        throw new LossError('REGISTRY', `${entry.file}: ${name}: ${cause.message}`, { cause });
      }
      throw cause;
    });
    if (plugin.name !== name) {
      throw new LossError(
        'REGISTRY',
        `${entry.file}: ${name} names ${entry.module}, whose plugin calls itself ${textOf(plugin.name)}`,
      );
    }
    return plugin;
  }

  private unknownName(name: unknown): LossError {
    const meant = typeof name === 'string' ? nearest(name, this.names) : undefined;
    const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
    return new LossError(
      this.unknown,
      `there is no ${this.kind} ${textOf(name)}${hint}, but ${this.names.join(', ') || 'none'}`,
    );
  }

  /** The URL of the module whose default export the plugin is; none where it is not registered here. */
  async moduleOf(plugin: Plugin): Promise<string | undefined> {
    const entry = this.entries.get(plugin.name);
    const registered = entry && (await this.plugin(plugin.name).catch(() => undefined)) === plugin;
    return registered ? moduleUrl(entry.module, entry.folder) : undefined;
  }
}

/** Whether a relative path leads up and out. */
function leaves(relative: string): boolean {
  return path.isAbsolute(relative) || relative.split(/[\\/]/).includes('..');
}

/** Whether "./" leads out of the folder by a symbolic link. A file that does not exist leads nowhere. */
function isLinkOutside({ module, folder }: Entry): boolean {
  if (!module.startsWith('.')) return false;
  try {
    return leaves(path.relative(realpathSync(folder), realpathSync(path.resolve(folder, module))));
  } catch {
    return false; // the import says why
  }
}

function outside(file: string, name: string, folder: string, got: string): LossError {
  return new LossError('REGISTRY', `${file}: ${name} should name a package or a path below ${folder}, got ${got}`);
}

/**
 * The plugin that a module ("./file.js" in `folder`, or a package seen from there) exports by default; else REGISTRY.
 */
export async function importDefault<Plugin extends Named>(
  kind: string,
  module: string,
  folder: string,
): Promise<Plugin> {
  const exported = await importModule(module, folder);
  const plugin = exported.default;
  const { name, create } = (isObject(plugin) && attempt(() => ({ ...plugin }))) || {}; // no getter of it throws
  if (typeof name !== 'string' || typeof create !== 'function') {
    const got = 'default' in exported ? textOf(plugin) : 'no default export';
    throw new LossError(
      'REGISTRY',
      `${module} should export a ${kind} plugin by default, with name and create, got ${got}`,
    );
  }
  return plugin as Plugin;
}
