import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AlgorithmPlugin } from './algorithms/algorithm.js';
import { type CheckedAlgorithm, checkedAlgorithm } from './algorithms/checked-algorithm.js';
import type { WorkerPool } from '../node/pool/worker-pool.js';
import { type CheckedLoss, checked } from './checked.js';
import { plainCopy } from './validation.js';
import { LossError } from './errors.js';
import type { Loss, LossPlugin } from './loss.js';
import { parseJson } from './json-text.js';
import { reasonOf, textOf } from './messages.js';
import { importDefault, RegistrySection } from './registry-section.js';
import { compileSchema, complaintOf, namePattern } from './schema.js';

/** What registry.json holds: names to modules, and nothing that the plugins say themselves. */
interface RegistryFile {
  losses?: Record<string, string>;
  algorithms?: Record<string, string>;
}

const modules = {
  type: 'object',
  propertyNames: { pattern: namePattern },
  additionalProperties: { type: 'string', minLength: 1 },
};

const registrySchema = {
  type: 'object',
  properties: { losses: modules, algorithms: modules },
  minProperties: 1,
  additionalProperties: false,
};

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
type ParametersOf<Name> = Partial<Parameters<PluginOf<Name>['create']>[0]>;

/** Losses and algorithms by name. Plugins are imported when first asked for. */
export class Registry {
  /**
   * Where algorithms that are created from now on solve batches; absent: on the calling thread. Who sets it closes it.
   */
  pool: WorkerPool | undefined;
  private readonly losses = new RegistrySection<LossPlugin>('loss', 'LOSS_UNKNOWN');
  private readonly algorithms = new RegistrySection<AlgorithmPlugin>('algorithm', 'ALGORITHM_UNKNOWN');

  /** Of the losses, sorted. */
  get names(): string[] {
    return this.losses.names;
  }

  /** Sorted. */
  get algorithmNames(): string[] {
    return this.algorithms.names;
  }

  /**
   * Adds the entries of a parsed registry file; "./" is relative to `folder`. REGISTRY on a clash or a malformed file.
   */
  add(content: unknown, folder: string, file: string): void {
    if (typeof folder !== 'string' || typeof file !== 'string') {
      throw new LossError(
        'REGISTRY',
        `expected the paths of a folder and of the registry file, got ${textOf(folder)} and ${textOf(file)}`,
      );
    }
    const complaint = complaintOf(
      compileSchema(registrySchema),
      plainCopy(file, 'registry', content, 'REGISTRY'),
      'registry',
    );
    if (complaint !== undefined) throw new LossError('REGISTRY', `${file}: ${complaint}`);
    const { losses = {}, algorithms = {} } = content as RegistryFile;
    this.losses.add(losses, folder, file);
    this.algorithms.add(algorithms, folder, file);
  }

  /** The loss plugin of that name. LOSS_UNKNOWN or REGISTRY. */
  plugin(name: string): Promise<LossPlugin> {
    return this.losses.plugin(name);
  }

  /**
   * The loss of that name with these parameters: validated, defaults filled, checked; over the algorithm that
   * `params.algorithm` names.
   */
  async create<const Name extends LossName>(
    name: Name,
    params = {} as ParametersOf<Name>,
  ): Promise<CheckedLoss<TargetOf<Name>>> {
    const plugin = await this.plugin(name);
    const given = plainCopy(name, 'params', params) as object;
    const algorithm = await this.algorithmOf(plugin, given);
    return checked(plugin, given, algorithm && (await this.pooled(algorithm))) as CheckedLoss<TargetOf<Name>>;
  }

  /**
   * The plugin of the algorithm that a loss with these parameters is over: the one they name, or the loss's own; none
   * of other losses.
   */
  async algorithmOf(plugin: LossPlugin, params: object): Promise<AlgorithmPlugin | undefined> {
    const named = (params as { algorithm?: { name?: unknown } } | null)?.algorithm?.name;
    if (!plugin.algorithm || typeof named !== 'string' || named === plugin.algorithm.name) return plugin.algorithm;
    return this.algorithmPlugin(named);
  }

  /** The algorithm plugin of that name. ALGORITHM_UNKNOWN or REGISTRY. */
  algorithmPlugin(name: string): Promise<AlgorithmPlugin> {
    return this.algorithms.plugin(name);
  }

  /** The algorithm of that name with these parameters: validated, defaults filled, checked. */
  async algorithm(name: string, params: object = {}): Promise<CheckedAlgorithm> {
    return checkedAlgorithm(await this.pooled(await this.algorithmPlugin(name)), params);
  }

  /**
   * The plugin on the pool, if there is one; plugins that are not registered stay on one thread, since other threads
   * could not import them.
   */
  private async pooled(plugin: AlgorithmPlugin): Promise<AlgorithmPlugin> {
    const module = this.pool && (await this.algorithms.moduleOf(plugin));
    return module === undefined ? plugin : this.pool!.parallel(plugin, module);
  }
}

/**
 * The loss plugin that a module ("./file.js" in `folder`, or a package seen from there) exports by default; else
 * REGISTRY.
 */
export function importPlugin(module: string, folder: string): Promise<LossPlugin> {
  return importDefault<LossPlugin>('loss', module, folder);
}

/** The folder that holds the running core/: the repository's root, or dist/ in a build. */
const home = fileURLToPath(new URL('..', import.meta.url));

/**
 * The built-in losses and algorithms, and those of the given sources: a registry file's path (*.json), or a package
 * that has a registry.json. Nothing is replaced: a name that exists already is a REGISTRY error.
 */
export async function openRegistry(...sources: string[]): Promise<Registry> {
  const registry = new Registry();
  const builtIn = path.join(packageRoot(), 'registry.json');
  registry.add(await readJson(builtIn), home, builtIn);
  for (const source of sources as readonly unknown[]) {
    if (typeof source !== 'string') {
      throw new LossError('REGISTRY', `openRegistry: expected paths and packages, got ${textOf(source)}`);
    }
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
