import { LossError, type LossErrorCode } from './errors.js';
import { isAllocationFailure, tooLarge } from './memory.js';
import { attempt, reasonOf, textOf } from './messages.js';

/**
 * What a plugin's function returns. Whatever it throws but a LossError, and a promise, is an UNSUPPORTED error that
 * names the plugin and the function, with what was thrown as its cause; `sizes` says what it was about where memory did
 * not suffice.
 */
export function callPlugin<T>(name: string, method: string, call: () => T, sizes: () => string): T {
  let result: T;
  try {
    result = call();
  } catch (error) {
    if (attempt(() => isAllocationFailure(error))) throw tooLarge(`${name}: ${method}() for ${sizes()}`, error);
    throw attempt(() => lossErrorOf(error)) ??
      new LossError('UNSUPPORTED', `${name}: ${method}() failed: ${reasonOf(error)}`, { cause: error });
  }
  refusePromise(name, method, result);
  return result;
}

/** What a plugin's `create` makes of parameters; UNSUPPORTED, as `callPlugin`, and unless it has these functions. */
export function callCreate<T>(name: string, create: () => T, params: object, functions: readonly string[]): T {
  const made = callPlugin(name, 'create', create, () => `params ${textOf(params)}`);
  expectMethods(name, 'create', made, functions);
  return made;
}

export function refusePromise(name: string, method: string, result: unknown): void {
  if (isPromise(result)) {
    throw new LossError('UNSUPPORTED', `${name}: ${method}() should be synchronous, got a promise`);
  }
}

/** UNSUPPORTED unless what a plugin's function returned has these functions. */
export function expectMethods(name: string, method: string, result: unknown, functions: readonly string[]): void {
  if (functions.every((f) => typeof attempt(() => (result as Record<string, unknown>)[f]) === 'function')) return;
  throw new LossError(
    'UNSUPPORTED',
    `${name}: ${method}() should return an object with ${list(functions)}, got ${textOf(result)}`,
  );
}

/** Of plugins, the name first, and their types. */
const PARTS = {
  loss: {
    name: 'string',
    params: 'object',
    target: 'object',
    capabilities: 'object',
    create: 'function',
    sample: 'function',
  },
  algorithm: { name: 'string', params: 'object', create: 'function', sample: 'function' },
  task: { name: 'string', params: 'object', target: 'object', metrics: 'object', open: 'function' },
  model: { name: 'string', params: 'object', create: 'function' },
} as const;

export type PluginKind = keyof typeof PARTS;

/** REGISTRY unless it is a plugin of that kind, by the types of its parts. */
export function expectPlugin(kind: PluginKind, plugin: unknown): void {
  expectParts(kind, plugin, []);
}

/** The same of what `define*` is given, which fills in what may be left out. */
export function expectDefinition(kind: PluginKind, definition: unknown): void {
  expectParts(kind, definition, ['params', 'capabilities']);
}

function expectParts(kind: PluginKind, plugin: unknown, optional: readonly string[]): void {
  const types = Object.entries(PARTS[kind]);
  const parts = hasParts(plugin) ? attempt(() => types.map(([part]) => plugin[part])) : undefined;
  if (!parts) {
    throw new LossError(
      'REGISTRY',
      `expected ${phrase(kind)}, with ${list(Object.keys(PARTS[kind]))}, got ${textOf(plugin)}`,
    );
  }
  const isWrong = ([part, type]: [string, string], value: unknown): boolean =>
    value === undefined ? !optional.includes(part) : typeof value !== type || value === null;
  const k = types.findIndex((expected, i) => isWrong(expected, parts[i]));
  if (k < 0) return;
  const [part, type] = types[k];
  const whose = typeof parts[0] === 'string' ? `${parts[0]}: ` : '';
  const expected = `${part} of ${phrase(kind)} should be ${type === 'object' ? 'an' : 'a'} ${type}`;
  throw new LossError('REGISTRY', `${whose}${expected}, got ${textOf(parts[k])}`);
}

function phrase(kind: PluginKind): string {
  return `${kind === 'algorithm' ? 'an' : 'a'} ${kind} plugin`;
}

/** Whether it can be a plugin: an object, or a function, as algorithms are that `defineAlgorithm` makes. */
export function hasParts(value: unknown): value is Record<string, unknown> {
  return isObject(value) || typeof value === 'function';
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Looks at `then`, as `await` does. A rejection that nobody will look at is taken care of. */
export function isPromise(value: unknown): boolean {
  if (!isObject(value) || typeof attempt(() => value['then']) !== 'function') return false;
  Promise.resolve(value).catch(() => undefined);
  return true;
}

/**
 * The error as one of this class: also that of another copy of this module, which a plugin's package may have brought
 * along.
 */
function lossErrorOf(error: unknown): LossError | undefined {
  if (error instanceof LossError) return error;
  if (!(error instanceof Error) || error.name !== 'LossError' || !('code' in error)) return undefined;
  return new LossError(error.code as LossErrorCode, error.message, { cause: error });
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}
