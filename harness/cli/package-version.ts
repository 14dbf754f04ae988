import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../node/package-root.js';

interface Manifest {
  readonly version: string;
  readonly devDependencies: { readonly '@tensorflow/tfjs-core': string };
}

const manifest = JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as Manifest;

/** Of this package. */
export const ownVersion = manifest.version;

/** Of TensorFlow.js, with which this version was tested. */
export const testedTfjs = manifest.devDependencies['@tensorflow/tfjs-core'];
