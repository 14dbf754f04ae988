import type { Tensor } from '@tensorflow/tfjs-core';
import { parameters, type ValueOf } from '../../core/parameters.js';
import { distinctRanksOf, ranksOf } from '../../core/ranking.js';
import { createRng, type Rng } from '../../core/random/rng.js';
import { filledTensor } from '../../tfjs/tensor-entries.js';
import { type DigitImages, loadMnist } from '../data/mnist.js';
import { dataDigest } from './data-digest.js';
import { checkMemory } from '../run/memory.js';
import { type DigitTable, gatherNumbers, poolDigits, sliceTable } from './digit-table.js';
import { finiteOutputs } from './finite-outputs.js';
import { rankingMetricInfos, rankingMetrics } from './ranking-metrics.js';
import { defineTask } from './define-task.js';
import type { OpenTask, Split } from './task.js';

const params = parameters({
  n: {
    type: 'integer',
    minimum: 2,
    maximum: 1000,
    default: 5,
    description: 'numbers to rank, the outputs of the network',
  },
  digits: { type: 'integer', minimum: 1, maximum: 9, default: 4, description: 'of each number' },
  pool: {
    type: 'integer',
    minimum: 1,
    maximum: 1000,
    default: 4,
    description: 'side of the pixel squares that are averaged: 1 keeps 28 x 28, 2 gives 14 x 14, 4 gives 7 x 7',
  },
  layout: {
    type: 'string',
    enum: ['digits', 'image'],
    default: 'digits',
    description:
      'what the network sees of a number: its digits apart, (digits, pixels), or one picture, (height, digits * width, 1)',
  },
  evaluationSets: {
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    default: 2000,
    description: 'held-out sets an evaluation',
  },
  paperStream: {
    type: 'boolean',
    default: false,
    description:
      'as the original: new held-out sets at every evaluation, and equal numbers have one right order, that of argsort, in targets too',
  },
});

export type MnistSortParams = ValueOf<typeof params>;

/**
 * Ranking sets of n multi-digit numbers made of MNIST digits, from order information alone (Grover et al., ICLR 2019,
 * as Petersen et al., ICML 2021, build it): every digit is an image drawn uniformly with replacement; the target is the
 * ascending 0-based ranks of the numbers, equal numbers sharing theirs. Training digits are the first 55,000 training
 * images of MNIST, validation digits the last 5,000 (in general eleven twelfths and the rest), test digits the t10k
 * images.
 *
 * Held-out sets are frozen: the same for every run, seed and loss, and a pair of equal numbers (1 set in 1000 for n =
 * 5, 1 in 200 for n = 10, with 4 digits) is right in either order. `paperStream` instead draws new ones at each
 * evaluation, and orders equal numbers as they come, in training targets and held-out sets: the original's truth is the
 * one-hot argsort of the numbers.
 */
export default defineTask({
  name: 'mnist-sort',
  title: 'Ranking multi-digit MNIST numbers',
  params,
  target: {
    type: 'array',
    items: { type: 'integer', minimum: 0 },
    description: 'the ascending 0-based rank of each number, equal ones sharing theirs',
  },
  metrics: rankingMetricInfos,

  async open(given, { data, rng, signal }) {
    const mnist = await loadMnist(data);
    signal?.throwIfAborted();
    const table = poolDigits(mnist.train, given.pool);
    const trained = Math.round((table.count * 11) / 12);
    const digests = { train: digestOf(mnist.train), test: digestOf(mnist.test) };
    const found = { source: `MNIST in ${mnist.folder}`, digests };
    return openMnistSort(given, rng, found, {
      train: sliceTable(table, 0, trained),
      validation: sliceTable(table, trained, table.count),
      test: poolDigits(mnist.test, given.pool),
    });
  },
});

/** Sets a chunk of an evaluation: bounds its memory to that of a training step. */
const CHUNK = 100;
/** Names the frozen held-out sets: another number, other sets. */
const FROZEN = 1998;
const streams = { train: 0, validation: 1, test: 2 };

function digestOf({ count, height, width, pixels, labels }: DigitImages): string {
  return dataDigest([count, height, width], pixels, labels);
}

function openMnistSort(
  params: MnistSortParams,
  rng: Rng,
  found: Pick<OpenTask, 'source' | 'digests'>,
  tables: Record<'train' | Split, DigitTable>,
): OpenTask<number[]> {
  const { n, digits, layout, evaluationSets, paperStream } = params;
  const { height, width } = tables.train;
  checkMemory(`an evaluation of ${evaluationSets} sets of ${n} numbers`, evaluationSets * n * (4 * digits + 8 + 4));
  const targetOf = paperStream ? distinctRanksOf : ranksOf;
  const input = layout === 'digits' ? [n, digits, height * width] : [n, height, digits * width, 1];
  const toTensor = (table: DigitTable, images: Int32Array): Tensor =>
    filledTensor(
      [images.length / (n * digits), ...input],
      (out) => gatherNumbers(table, images, digits, layout, out),
    );
  return {
    ...found,
    input,
    outputs: n,
    heldOut: paperStream ? 'streamed' : 'frozen',
    batch(step, size) {
      const stream = rng.split(streams.train).split(step);
      const { images, numbers } = drawNumberSets(tables.train.labels, stream, size, n, digits);
      const targets = Array.from({ length: size }, (_, i) => targetOf(numbers.subarray(i * n, (i + 1) * n)));
      return { x: toTensor(tables.train, images), targets };
    },
    evaluate(predict, split, step) {
      const stream = paperStream ? rng.split(streams[split]).split(step) : createRng(FROZEN).split(streams[split]);
      const { images, numbers } = drawNumberSets(tables[split].labels, stream, evaluationSets, n, digits);
      const scores = new Float32Array(numbers.length);
      for (let s = 0; s < evaluationSets; s += CHUNK) {
        const chunk = images.subarray(s * n * digits, (s + CHUNK) * n * digits);
        scores.set(
          finiteOutputs('mnist-sort', predict, () => toTensor(tables[split], chunk), chunk.length / digits),
          s * n,
        );
      }
      return rankingMetrics(numbers, scores, n, paperStream ? 'index' : 'either');
    },
  };
}

/** Sets of n numbers written with `digits` images each. */
interface NumberSets {
  /** (sets * n * digits): the image at each digit, most significant first. */
  readonly images: Int32Array;
  /** (sets * n): what the images say, leading zeros allowed. */
  readonly numbers: Float64Array;
}

/**
 * Draws `sets` sets: every digit of every number is an image drawn uniformly, with replacement, from those that
 * `labels` label; set i from `rng.split(i)`, so it is the same for any number of sets.
 */
function drawNumberSets(labels: Uint8Array, rng: Rng, sets: number, n: number, digits: number): NumberSets {
  const images = new Int32Array(sets * n * digits);
  const numbers = new Float64Array(sets * n);
  const uniforms = new Float64Array(n * digits);
  for (let s = 0, at = 0; s < sets; s++) {
    rng.split(s).uniforms(uniforms);
    for (let j = s * n, draw = 0; j < (s + 1) * n; j++) {
      for (let k = 0; k < digits; k++, at++) {
        const image = Math.floor(uniforms[draw++] * labels.length); // as rng.integer does
        images[at] = image;
        numbers[j] = 10 * numbers[j] + labels[image];
      }
    }
  }
  return { images, numbers };
}
