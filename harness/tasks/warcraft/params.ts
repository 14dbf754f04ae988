import { parameters, type ValueOf } from '../../../core/parameters.js';

const count = { type: 'integer', minimum: 1, maximum: 1_000_000 } as const;

/** What of maps is learned from, and how. */
export const params = parameters({
  size: { ...count, minimum: 2, maximum: 100, default: 12, description: 'rows and columns of the grid' },
  supervision: {
    type: 'string',
    enum: ['path', 'costs'],
    default: 'path',
    description: 'the target: the 0/1 mask of the shortest path, or the true cost of each cell',
  },
  train: { ...count, default: 10000, description: 'maps to learn from: the first so many of the set' },
  validation: { ...count, default: 1000, description: 'held-out maps of each kind' },
  test: { ...count, default: 1000 },
  mapSeed: {
    type: 'integer',
    default: 0,
    minimum: Number.MIN_SAFE_INTEGER,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'of generated maps: another seed, another set',
  },
  pool: {
    ...count,
    maximum: 1000,
    default: 1,
    description:
      'side of the pixel squares that are averaged: 1 keeps the 8 x 8 pixels of a cell, 2 makes 4 x 4 of them',
  },
  normalise: {
    type: 'boolean',
    default: true,
    description: 'each channel with mean 0 and deviation 1 over the training maps, else bytes over 255',
  },
});

export type WarcraftParams = ValueOf<typeof params>;
