import { type Batch, row, zeros } from '../core/batch.js';
import type { CheckedEvaluation } from '../core/checked-evaluation.js';
import { createRng, type Rng } from '../core/random/rng.js';
import { rerouted } from './streams.js';
import type { Subject } from './subject.js';
import { largestOf } from './vectors.js';

/** A point with the target and the noise of a sample. */
export interface Place {
  /** Where it is, in words. */
  readonly where: string;
  /** The sampled row whose target and noise it has. */
  readonly sample: number;
  readonly y: Float64Array;
  /** The largest output of the sample. */
  readonly unit: number;
  /** Lengths over which the loss may change there. */
  readonly scales: readonly number[];
  /** Evaluates points (K, m) with that target and noise. */
  evaluate(points: Batch): CheckedEvaluation;
  /** For choices that have to do with this place. */
  readonly rng: Rng;
}

/** With more outputs than this one sample is taken there, as at parameters that are not the defaults, else two. */
const MANY = 24;
const RAYS = [1e-3, 0.1, 10, 1e2, 1e3, 1e4, 1e5, 1e6];
const AHEAD = [10, -10, 1e3, -1e3, 1e5];
const GAPS = [1e-8, 1e-6, 1e-3];

/** A sample as a place. */
export function* samplePlaces({ loss, seeds, sample, params, outputs }: Subject): Generator<Place> {
  const seed = seeds[0];
  const { y: batch, targets } = sample(seed);
  const isStandard = Object.keys(params).length === 0 && outputs === undefined;
  for (let i = 0; i < (isStandard && batch.cols <= MANY ? 2 : 1); i++) {
    const y = row(batch, i).slice();
    yield {
      where: 'the sample',
      sample: i,
      y,
      unit: largestOf(y) || 1,
      scales: [largestOf(y) || 1],
      evaluate(points) {
        return loss.evaluate(
          points,
          new Array<unknown>(points.rows).fill(targets[i]),
          rerouted(createRng(seed), () => i),
        );
      },
      rng: createRng(seed).split(1000 + i),
    };
  }
}

/**
 * Along the ray of a sample, with one output far ahead of the others or far behind, spread over orders of magnitude,
 * shifted, nearly tied.
 */
export function* farPlaces(subject: Subject): Generator<Place> {
  for (const place of samplePlaces(subject)) {
    const { y, rng } = place;
    const m = y.length;
    const scale = largestOf(y) || 1;
    const j = rng.integer(m);
    for (const factor of RAYS) {
      yield moved(
        place,
        `${factor} times the sample`,
        y.map((x) => factor * x),
      );
    }
    for (const factor of AHEAD) {
      yield moved(
        place,
        `output ${j} of the sample moved by ${factor} times the largest`,
        y.map((x, k) => x + (k === j ? factor * scale : 0)),
      );
    }
    yield moved(
      place,
      'the outputs of the sample times 1e-3 to 1e6',
      y.map((x) => x * 10 ** (9 * rng.uniform() - 3)),
    );
    yield moved(
      place,
      'the sample shifted by 1000 times the largest',
      y.map((x) => x + 1e3 * scale),
    );
    for (const gap of m > 1 ? GAPS : []) {
      const near = y.slice();
      near[(j + 1) % m] = y[j] + gap * scale;
      yield {
        ...moved(place, `output ${(j + 1) % m} of the sample ${gap} times the largest above output ${j}`, near),
        scales: [scale, 10 * gap * scale],
      };
    }
  }
}

/** The same target and noise at another point. */
export function moved(place: Place, where: string, y: Float64Array): Place {
  return { ...place, where, y, scales: [largestOf(y) || 1, ...place.scales] };
}

/** Several points as a batch. */
export function pointsOf(points: readonly ArrayLike<number>[]): Batch {
  const batch = zeros(points.length, points[0].length);
  points.forEach((point, k) => row(batch, k).set(point));
  return batch;
}
