import type { Rng } from '../../core/random/rng.js';

/** Sets of n numbers written with `digits` images each. */
export interface NumberSets {
  /** (sets * n * digits): the image at each digit, most significant first. */
  readonly images: Int32Array;
  /** (sets * n): what the images say, leading zeros allowed. */
  readonly numbers: Float64Array;
}

/**
 * Draws `sets` sets: every digit of every number is an image drawn uniformly, with replacement, from those that
 * `labels` label; set i from `rng.split(i)`, so it is the same for any number of sets.
 */
export function drawNumberSets(labels: Uint8Array, rng: Rng, sets: number, n: number, digits: number): NumberSets {
  const images = new Int32Array(sets * n * digits);
  const numbers = new Float64Array(sets * n);
  for (let s = 0, at = 0; s < sets; s++) {
    const stream = rng.split(s);
    for (let j = s * n; j < (s + 1) * n; j++) {
      for (let k = 0; k < digits; k++, at++) {
        const image = stream.integer(labels.length);
        images[at] = image;
        numbers[j] = 10 * numbers[j] + labels[image];
      }
    }
  }
  return { images, numbers };
}
