import { LossError, type LossErrorCode } from './errors.js';
import { attempt, didYouMean, reasonOf, textOf } from './messages.js';
import { hasParts, type PluginKind } from './plugin-calls.js';

/** What a module exports. */
export interface Exports {
  readonly default?: unknown;
}

/** A module whose default export is a plugin. */
export interface PluginModule {
  /** What messages call it. */
  readonly specifier: string;
  load(): Promise<Exports>;
  /** Where other threads find it: a URL, or a path from this package's root. Throws where they cannot. */
  url?(): string;
}

/** A plugin, or what imports it when it is first asked for: `() => import('./my-loss.js')`. */
export type PluginSource<Plugin> = Plugin | (() => Promise<{ readonly default: Plugin }>) | PluginModule;

/** What is known of a plugin whatever its kind. */
export interface NamedPlugin {
  readonly name: string;
}

/** By kind: the code of a name that there is not, and the function of a plugin that makes of it what is used. */
const KINDS: { readonly [K in PluginKind]: { readonly unknown: LossErrorCode; readonly makes: string } } = {
  loss: { unknown: 'LOSS_UNKNOWN', makes: 'create' },
  algorithm: { unknown: 'ALGORITHM_UNKNOWN', makes: 'create' },
  task: { unknown: 'TASK_UNKNOWN', makes: 'open' },
  model: { unknown: 'MODEL_UNKNOWN', makes: 'create' },
};

interface Entry {
  readonly module: PluginModule;
  /** Who registered it. */
  readonly from: string;
}

/** Plugins of one kind by name, imported when asked for. */
export class RegistrySection<Plugin extends NamedPlugin> {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly kind: PluginKind) {}

  /** Sorted. */
  get names(): string[] {
    return [...this.entries.keys()].sort();
  }

  /** Adds plugins by name; `from` says who does. REGISTRY on a clash, or where it is none. */
  add(sources: Readonly<Record<string, PluginSource<Plugin>>>, from: string): void {
    for (const [name, source] of Object.entries(sources)) {
      const earlier = this.entries.get(name);
      if (earlier) {
        throw new LossError(
          'REGISTRY',
          `${from}: ${name} is already registered by ${earlier.from}; choose another name`,
        );
      }
      if (!hasParts(source)) {
        const expected = `should be a ${this.kind} plugin, or a function that imports one`;
        throw new LossError('REGISTRY', `${from}: ${name} ${expected}, got ${textOf(source)}`);
      }
      this.entries.set(name, { module: moduleOf(source), from });
    }
  }

  /** The plugin of that name; REGISTRY where its module fails, exports no such plugin, or one of another name. */
  async plugin(name: string): Promise<Plugin> {
    const entry = this.entries.get(name);
    if (!entry) throw this.unknownName(name);
    const { module, from } = entry;
    const plugin = await loaded<Plugin>([this.kind], module).catch((cause: unknown) => {
      const reason = cause instanceof LossError
        ? cause.message
        : `cannot import ${module.specifier}: ${reasonOf(cause)}`;
      throw new LossError('REGISTRY', `${from}: ${name}: ${reason}`, { cause });
    });
    if (plugin.name !== name) {
      throw new LossError(
        'REGISTRY',
        `${from}: ${name} names ${module.specifier}, whose plugin calls itself ${textOf(plugin.name)}`,
      );
    }
    return plugin;
  }

  private unknownName(name: unknown): LossError {
    const hint = typeof name === 'string' ? didYouMean(name, this.names) : '';
    return new LossError(
      KINDS[this.kind].unknown,
      `there is no ${this.kind} ${textOf(name)}${hint}, but ${this.names.join(', ') || 'none'}`,
    );
  }

  /** The URL of the module whose default export the plugin is; none where it is not registered here by one. */
  async moduleOf(plugin: Plugin): Promise<string | undefined> {
    const entry = this.entries.get(plugin.name);
    const registered = entry && (await this.plugin(plugin.name).catch(() => undefined)) === plugin;
    return registered ? entry.module.url?.() : undefined;
  }
}

function moduleOf(source: object): PluginModule {
  if (typeof source === 'function' && !('create' in source)) {
    return { specifier: 'a module', load: async () => await (source as () => Promise<Exports>)() };
  }
  if ('specifier' in source) return source as PluginModule;
  return { specifier: 'an object', load: () => Promise.resolve({ default: source }) };
}

/** The plugin, of one of these kinds, that a module exports by default; else REGISTRY, or what `load` throws. */
export async function loaded<Plugin extends NamedPlugin>(
  kinds: readonly PluginKind[],
  { specifier, load }: PluginModule,
): Promise<Plugin> {
  const makers = [...new Set(kinds.map((kind) => KINDS[kind].makes))];
  const exported = { ...(await load()) };
  const plugin = exported.default;
  const parts = (hasParts(plugin) && attempt(() => ({ ...plugin }))) || {}; // no getter of it throws
  if (typeof parts['name'] !== 'string' || !makers.some((make) => typeof parts[make] === 'function')) {
    const got = 'default' in exported ? textOf(plugin) : 'no default export';
    throw new LossError(
      'REGISTRY',
      `${specifier} should export a ${kinds.join(' or ')} plugin by default, with name and ${
        makers.join(' or ')
      }, got ${got}`,
    );
  }
  return plugin as Plugin;
}
