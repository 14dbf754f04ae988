import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds the running node/: the repository's root, or dist/ in a build. */
const home = fileURLToPath(new URL('..', import.meta.url));

/** This package's root folder: where package.json and registry.json are. */
export function packageRoot(): string {
  return path.basename(home) === 'dist' ? path.dirname(path.resolve(home)) : home;
}
