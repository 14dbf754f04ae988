import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isObject } from '../core/plugin-calls.js';

/** Conditions under which Node imports. */
const CONDITIONS = ['node', 'import', 'module-sync', 'default'];

/**
 * The file that a package's `exports` give an `import` of "package" or "package/path", the package being in one of
 * these node_modules folders; none where it has no such entry, or one by a pattern. `require.resolve` sees what is for
 * `require` alone.
 */
export function importOnlyFile(module: string, folders: readonly string[]): string | undefined {
  const [name, subpath = ''] = split(module);
  const root = folders.map((folder) => path.join(folder, name)).find((folder) =>
    existsSync(path.join(folder, 'package.json'))
  );
  if (root === undefined) return undefined;
  const content: unknown = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const entries = isObject(content) ? content['exports'] : undefined;
  const bySubpath = isObject(entries) && Object.keys(entries).some((key) => key.startsWith('.'));
  const target = targetOf(bySubpath ? entries[`.${subpath}`] : subpath === '' ? entries : undefined);
  const inside = target?.startsWith('./') === true &&
    !target.split('/').slice(1).some((part) => part === '..' || part === 'node_modules');
  return inside ? path.join(root, target) : undefined;
}

/** "@scope/package/a/b" is "@scope/package" and "/a/b". */
function split(module: string): [name: string, subpath?: string] {
  const parts = module.split('/');
  const length = module.startsWith('@') ? 2 : 1;
  return [parts.slice(0, length).join('/'), parts.slice(length).map((part) => `/${part}`).join('')];
}

/** The first that holds of conditions, alternatives and paths. */
function targetOf(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry;
  if (!isObject(entry)) return undefined;
  const alternatives = Array.isArray(entry)
    ? (entry as unknown[])
    : Object.keys(entry).filter((key) => CONDITIONS.includes(key)).map((key) => entry[key]);
  for (const alternative of alternatives) {
    const target = targetOf(alternative);
    if (target !== undefined) return target;
  }
  return undefined;
}
