import { LossError } from '../../core/errors.js';
import { isObject } from './presets.js';

/**
 * `target` with the values at dotted paths (`{ 'newton.lambda': 1 }`) set in place; what is not an object on the way
 * becomes one. PARAMS for a path with an empty part, or through what every object inherits.
 */
export function withPaths<Target extends object>(target: Target, changes: Readonly<Record<string, unknown>>): Target {
  for (const [key, value] of Object.entries(changes)) setPath(target, key, value);
  return target;
}

function setPath(target: object, key: string, value: unknown): void {
  const names = key.split('.');
  if (names.some((name) => name === '' || name in Object.prototype)) {
    throw new LossError('PARAMS', `${JSON.stringify(key)} should be a dotted path of parameters, as newton.lambda`);
  }
  let at = target as Record<string, unknown>;
  for (const name of names.slice(0, -1)) {
    const next = isObject(at[name]) ? at[name] : {};
    at[name] = next;
    at = next;
  }
  at[names.at(-1)!] = value;
}
