import type { SchemaObject } from 'ajv';
import type { AlgorithmPlugin, CheckedAlgorithm } from './algorithms/algorithm.js';
import { type Given, openParams, standardsIn } from './algorithms/algorithm-parameter.js';
import { checkedAlgorithm } from './algorithms/checked-algorithm.js';
import type { Pool } from './algorithms/pool.js';
import { type CheckedLoss, checked } from './checked.js';
import { LossError } from './errors.js';
import type { Loss, LossPlugin } from './loss.js';
import { attempt, textOf } from './messages.js';
import { isObject } from './plugin-calls.js';
import { type NamedPlugin, type PluginSource, RegistrySection } from './registry-section.js';

/** Plugins by name, to be registered: themselves, or what imports them when they are first asked for. */
export interface PluginSources {
  readonly losses?: Readonly<Record<string, PluginSource<LossPlugin>>>;
  readonly algorithms?: Readonly<Record<string, PluginSource<AlgorithmPlugin>>>;
  /** Of the harness, as `newton-losses/harness` defines them; here they are names and modules. */
  readonly tasks?: Readonly<Record<string, PluginSource<NamedPlugin>>>;
  readonly models?: Readonly<Record<string, PluginSource<NamedPlugin>>>;
}

const SECTIONS: readonly string[] = ['losses', 'algorithms', 'tasks', 'models'] satisfies (keyof PluginSources)[];

/**
 * The plugins that `create` knows the types of, by name: an editor completes names and parameters, and a parameter that
 * there is not does not compile. Modules may add their own:
 *
 *     declare module 'newton-losses' {
 *       interface LossTypes { 'my-loss': typeof import('./my-loss.js').default }
 *     }
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled in by plugins/types.ts and by users
export interface LossTypes {}

/** A name that is known, or any other. */
export type LossName = keyof LossTypes | (string & {});

type PluginOf<Name> = Name extends keyof LossTypes ? LossTypes[Name] : LossPlugin;
type TargetOf<Name> = ReturnType<PluginOf<Name>['create']> extends Loss<infer Target> ? Target : unknown;
type ParametersOf<Name> = Given<Parameters<PluginOf<Name>['create']>[0]>;

/** Losses and algorithms by name, and the harness's tasks and models. Plugins are imported when first asked for. */
export class Registry {
  /**
   * Where algorithms that are created from now on solve batches; absent: on the calling thread. Who sets it closes it.
   */
  pool: Pool | undefined;
  private readonly losses = new RegistrySection<LossPlugin>('loss');
  private readonly algorithms = new RegistrySection<AlgorithmPlugin>('algorithm');
  private readonly tasks = new RegistrySection<NamedPlugin>('task');
  private readonly models = new RegistrySection<NamedPlugin>('model');

  /** Of the losses, sorted. */
  get names(): string[] {
    return this.losses.names;
  }

  /** Sorted. */
  get algorithmNames(): string[] {
    return this.algorithms.names;
  }

  /** Sorted. */
  get taskNames(): string[] {
    return this.tasks.names;
  }

  /** Sorted. */
  get modelNames(): string[] {
    return this.models.names;
  }

  /**
   * Adds plugins; `from` is what messages call who does. REGISTRY on a clash of names, or where they are none:
   *
   *     registry.add({ losses: { 'my-loss': myLoss, 'rare-loss': () => import('./rare-loss.js') } });
   */
  add(sources: PluginSources, from = 'registry.add'): void {
    const { losses = {}, algorithms = {}, tasks = {}, models = {} } = partsOf(sources, from);
    this.losses.add(losses, from);
    this.algorithms.add(algorithms, from);
    this.tasks.add(tasks, from);
    this.models.add(models, from);
  }

  /** The loss plugin of that name. LOSS_UNKNOWN or REGISTRY. */
  plugin(name: string): Promise<LossPlugin> {
    return this.losses.plugin(name);
  }

  /**
   * The loss of that name with these parameters: validated, defaults filled, checked; algorithms that they name are
   * made.
   */
  async create<const Name extends LossName>(
    name: Name,
    params = {} as ParametersOf<Name>,
  ): Promise<CheckedLoss<TargetOf<Name>>> {
    const plugin = await this.plugin(name);
    return checked(plugin, await this.resolve(plugin, params)) as CheckedLoss<TargetOf<Name>>;
  }

  /**
   * The parameters of a plugin with defaults filled and the algorithms made that they name, also those of algorithms:
   * what takes the place of names where there is no registry. PARAMS, ALGORITHM_UNKNOWN.
   */
  async resolve(
    plugin: { readonly name: string; readonly params: SchemaObject },
    params: object,
  ): Promise<object> {
    const { choices, close } = openParams(plugin, params);
    const made = choices.map(async ({ at, choice: { name, params: own = {} }, standard }) => {
      const algorithm = name === standard.name ? standard : await this.algorithmPlugin(name);
      return [at, await this.made(algorithm, own)] as const;
    });
    return close(new Map(await Promise.all(made))).made;
  }

  /** The algorithm plugin of that name. ALGORITHM_UNKNOWN or REGISTRY. */
  algorithmPlugin(name: string): Promise<AlgorithmPlugin> {
    return this.algorithms.plugin(name);
  }

  /** The task plugin of that name, of which the harness knows more (`findTask`). TASK_UNKNOWN or REGISTRY. */
  taskPlugin(name: string): Promise<NamedPlugin> {
    return this.tasks.plugin(name);
  }

  /** The model plugin of that name, of which the harness knows more (`findModel`). MODEL_UNKNOWN or REGISTRY. */
  modelPlugin(name: string): Promise<NamedPlugin> {
    return this.models.plugin(name);
  }

  /** The algorithm of that name with these parameters: validated, defaults filled, checked. */
  async algorithm(name: string, params: object = {}): Promise<CheckedAlgorithm> {
    return this.made(await this.algorithmPlugin(name), params);
  }

  private async made(plugin: AlgorithmPlugin, params: object): Promise<CheckedAlgorithm> {
    await plugin.load?.();
    return checkedAlgorithm(await this.pooled(plugin), await this.resolve(plugin, params));
  }

  /**
   * The plugin on the pool, if there is one; on one thread stay plugins that are not registered, since other threads
   * could not import them, and those over other algorithms, which may be on the pool themselves.
   */
  private async pooled(plugin: AlgorithmPlugin): Promise<AlgorithmPlugin> {
    const module = this.pool && standardsIn(plugin.params).length === 0 && (await this.algorithms.moduleOf(plugin));
    return !module ? plugin : this.pool!.parallel(plugin, module);
  }
}

/** The parts of what should be plugin sources; REGISTRY unless there is one at least, and no other. */
function partsOf(sources: unknown, from: unknown): PluginSources {
  const parts = isObject(sources) ? attempt(() => ({ ...sources })) : undefined;
  const entries = Object.entries(parts ?? {});
  const fits = ([key, part]: [string, unknown]): boolean => SECTIONS.includes(key) && isObject(part);
  if (entries.length > 0 && entries.every(fits) && typeof from === 'string') return parts as PluginSources;
  throw new LossError(
    'REGISTRY',
    `${textOf(from)}: expected { losses: { name: plugin }, algorithms, tasks, models: { ... } }, got ${
      textOf(sources)
    }`,
  );
}
