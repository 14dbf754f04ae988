/** What of maps is learned from, and how. */
export interface WarcraftParams {
  /** Rows and columns of the grid. */
  size: number;
  /** What the loss gets as target: the 0/1 mask of the shortest path, or the true cost of each cell. */
  supervision: 'path' | 'costs';
  /** Maps to learn from: the first so many of the set. */
  train: number;
  /** Held-out maps of each kind. */
  validation: number;
  test: number;
  /** Of generated maps: another seed, another set. */
  mapSeed: number;
  /** Side of the pixel squares that are averaged: 1 keeps the 8 x 8 pixels of a cell, 2 makes 4 x 4 of them. */
  pool: number;
  /** Pictures: each channel with mean 0 and deviation 1 over the training maps, else bytes over 255. */
  normalise: boolean;
}
