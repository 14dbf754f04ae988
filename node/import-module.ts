import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { LossError } from '../core/errors.js';
import { reasonOf } from '../core/messages.js';
import { importOnlyFile } from './package-exports.js';

/** What a module exports. */
export interface Exports {
  readonly default?: unknown;
}

/** Milliseconds for which a module may load, network and large files included. */
const LIMIT = 30_000;

/**
 * The exports of a module ("./file.js" in `folder`, or a package seen from there); REGISTRY where it cannot be imported
 * within `limit` ms.
 */
export async function importModule(module: string, folder: string, limit = LIMIT): Promise<Exports> {
  try {
    return { ...((await withinLimit(import(moduleUrl(module, folder)), limit)) as Exports) };
  } catch (cause) {
    const reason = isTypeScriptRefused(cause) ? TYPESCRIPT : reasonOf(cause);
    throw new LossError('REGISTRY', `cannot import ${module} from ${folder}: ${reason}`, { cause });
  }
}

/** TypeScript files run as they are since Node 22.18, but for those of packages. */
const TYPESCRIPT =
  `Node ${process.version} does not run this TypeScript file: compile it to JavaScript and name that, or, ` +
  'outside of node_modules, take Node 22.18 or newer';

function isTypeScriptRefused(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const { code, message } = cause as Error & { code?: unknown };
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') return true;
  return code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.m?ts\b/.test(message);
}

/** The URL under which `import` finds it. Throws where it is none. */
export function moduleUrl(module: string, folder: string): string {
  if (module.startsWith('.')) return pathToFileURL(path.resolve(folder, module)).href;
  const require = createRequire(path.join(folder, 'registry.json'));
  try {
    return pathToFileURL(require.resolve(module)).href;
  } catch (error) {
    const file = importOnlyFile(module, require.resolve.paths(module) ?? []); // what `require` does not see
    if (file === undefined) throw error;
    return pathToFileURL(file).href;
  }
}

/** The imports that are waited for, and their listener. */
const waiting = new Set<() => void>();
const tellAll = (): void => waiting.forEach((tell) => tell());

/** The result, or an error when it has taken too long, or nothing is left in the process that could bring it about. */
async function withinLimit<T>(result: Promise<T>, limit: number): Promise<T> {
  let stop = (): void => undefined;
  const giveUp = new Promise<never>((_, reject) => {
    const idle = (): void => reject(new Error('it waits for what never comes (a top-level await)'));
    const timer = setTimeout(
      () => reject(new Error(`it did not load within ${limit / 1000} s (a top-level await?)`)),
      limit,
    );
    timer.unref(); // else the process would not become idle
    if (waiting.size === 0) process.on('beforeExit', tellAll);
    waiting.add(idle);
    stop = () => {
      clearTimeout(timer);
      waiting.delete(idle);
      if (waiting.size === 0) process.off('beforeExit', tellAll);
    };
  });
  return Promise.race([result, giveUp]).finally(stop);
}
