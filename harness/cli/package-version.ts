import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../node/package-root.js';

/** Of this package. */
export const ownVersion =
  (JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
