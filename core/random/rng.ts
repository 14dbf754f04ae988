import { isFloat64Array, isSize } from '../batch.js';
import { LossError } from '../errors.js';
import { allocated } from '../memory.js';
import { textOf } from '../messages.js';
import { fillUniforms } from './bulk-random.js';
import { normalQuantile } from './normal.js';

/**
 * A stream of random numbers that is a pure function of its key and a counter (Threefry-2x32 with 20 rounds; Salmon et
 * al., Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011). `split(i)` gives stream i below this one, independent of
 * it and of every other, whatever has been drawn: so results do not depend on order or on the number of workers.
 */
export interface Rng {
  /** Uniform on the open interval (0, 1), 53 bits. */
  uniform(): number;
  /** Fills `out` with what as many calls of `uniform` would give, twenty times as fast. */
  uniforms(out: Float64Array): void;
  /** Standard normal, by inversion: one uniform a draw. */
  normal(): number;
  /** Standard Gumbel, -log(-log(U)). */
  gumbel(): number;
  /** Uniform on 0, 1, ..., n - 1. */
  integer(n: number): number;
  /** A uniform permutation of 0, 1, ..., n - 1 (Fisher-Yates). */
  permutation(n: number): Int32Array;
  /** Child stream i, a non-negative integer below 2^53. Independent of what was drawn here. */
  split(i: number): Rng;
}

const TWO32 = 2 ** 32;
const PARITY = 0x1bd11bda;
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];
/** Draws use counter words below 2^31 on top, splits set the highest bit: the two never meet. */
const SPLIT = 0x80000000;

/** The largest number below 1: what would be rounded to 1 otherwise. */
const LARGEST = 1 - 2 ** -53;

/** The stream of a seed, an integer with |seed| < 2^53; else PARAMS. */
export function createRng(seed: number): Rng {
  if (!Number.isSafeInteger(seed)) {
    throw new LossError('PARAMS', `createRng: seed should be an integer below 2^53, got ${textOf(seed)}`);
  }
  return new CounterRng(seed | 0, Math.floor(seed / TWO32) | 0);
}

/** One Threefry-2x32-20 block: encrypts the counter (c0, c1) under the key (k0, k1) into `out`. */
export function threefry(k0: number, k1: number, c0: number, c1: number, out: Int32Array): void {
  const k2 = PARITY ^ k0 ^ k1;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  for (let round = 0; round < 20; round++) {
    const r = ROTATIONS[round & 7];
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << r) | (x1 >>> (32 - r))) ^ x0;
    if ((round & 3) === 3) {
      const s = (round >> 2) + 1; // key injection s adds words s and s + 1 of (k0, k1, k2)
      x0 = (x0 + (s % 3 === 0 ? k0 : s % 3 === 1 ? k1 : k2)) | 0;
      x1 = (x1 + (s % 3 === 0 ? k1 : s % 3 === 1 ? k2 : k0) + s) | 0;
    }
  }
  out[0] = x0;
  out[1] = x1;
}

class CounterRng implements Rng {
  private counter = 0;
  private readonly word = new Int32Array(2);

  constructor(
    private readonly k0: number,
    private readonly k1: number,
  ) {}

  uniform(): number {
    const n = this.counter++;
    threefry(this.k0, this.k1, n | 0, Math.floor(n / TWO32), this.word);
    const high = this.word[0] >>> 5; // 27 bits
    const low = this.word[1] >>> 6; // 26 bits
    return Math.min((high * 2 ** 26 + low + 0.5) / 2 ** 53, LARGEST);
  }

  uniforms(out: Float64Array): void {
    if (!isFloat64Array(out)) {
      throw new LossError('SHAPE', `Rng.uniforms: expected a Float64Array to fill, got ${textOf(out)}`);
    }
    fillUniforms(this.k0, this.k1, this.counter, out);
    this.counter += out.length;
  }

  normal(): number {
    return normalQuantile(this.uniform());
  }

  gumbel(): number {
    return -Math.log(-Math.log(this.uniform()));
  }

  integer(n: number): number {
    if (!isSize(n) || n < 1) {
      throw new LossError('PARAMS', `Rng.integer: expected a whole number of at least 1, got ${textOf(n)}`);
    }
    return Math.floor(this.uniform() * n);
  }

  permutation(n: number): Int32Array {
    if (!isSize(n) || n > 2 ** 31) {
      throw new LossError('PARAMS', `Rng.permutation: expected a whole number up to 2^31, got ${textOf(n)}`);
    }
    const out = allocated(() => `a permutation of ${n}`, () => Int32Array.from({ length: n }, (_, i) => i));
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swap = out[i];
      out[i] = out[j];
      out[j] = swap;
    }
    return out;
  }

  split(i: number): Rng {
    if (!isSize(i)) throw new LossError('PARAMS', `Rng.split: expected an integer in [0, 2^53), got ${textOf(i)}`);
    threefry(this.k0, this.k1, i | 0, Math.floor(i / TWO32) | SPLIT, this.word);
    return new CounterRng(this.word[0], this.word[1]);
  }
}
