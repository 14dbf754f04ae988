import type { CheckedLoss } from '../../core/checked.js';
import { LossError } from '../../core/errors.js';
import { createRng, type Rng } from '../../core/random/rng.js';
import { newtonStep, type NewtonOptions } from '../../core/newton/index.js';
import { largestOf, smallestOf } from '../run/extremes.js';
import { mean } from '../statistics/index.js';

/** What a network may get of a loss: its gradient, with curvature `none`, or a Newton direction. */
export interface Way {
  readonly name: string;
  /** With what else there is to say of it. */
  readonly title: string;
  readonly loss: CheckedLoss;
  readonly newton: NewtonOptions;
}

/** Where a landscape is looked at. */
export interface View {
  /** Outputs of the sample, for losses that take any number. */
  readonly outputs: number;
  /** The one that moves. */
  readonly output: number;
  /** How many times as far apart as the sample's the outputs are, a landscape each. */
  readonly spreads: readonly number[];
  readonly seed: number;
}

/** The values of losses and the directions that they give, as one output of a sample moves through the others. */
export interface Landscape {
  readonly spread: number;
  /** Where the moving output is, ascending. */
  readonly x: readonly number[];
  /** Where the others are. */
  readonly others: readonly number[];
  readonly target: unknown;
  readonly curves: readonly Curve[];
}

/** Of one way, at each x. */
export interface Curve extends Pick<Way, 'name' | 'title'> {
  readonly value: readonly number[];
  /** In the output that moves: g of curvature `none`, else d = (C + lambda I)^-1 g with the sample's own C; NaN where that is singular. */
  readonly direction: readonly number[];
}

/** Places of the output that moves. */
const PLACES = 601;

/**
 * A landscape a spread, of one sample that the first loss draws: one output moves from half the others' width below the
 * least to as much above the greatest. Losses with noise have the same noise everywhere. PARAMS where there is no such
 * output.
 */
export function landscapes(ways: readonly Way[], { outputs, output, spreads, seed }: View): Landscape[] {
  const rng = createRng(seed);
  const { y, targets } = ways[0].loss.sample(rng.split(0), 1, outputs);
  if (output >= y.cols) {
    throw new LossError('PARAMS', `the output that moves should be below ${y.cols}, how many there are, got ${output}`);
  }
  const noise = rng.split(1);
  return spreads.map((spread) => {
    const centre = mean(Array.from(y.data));
    const spreadOut = Array.from(y.data, (value) => centre + spread * (value - centre));
    const others = spreadOut.filter((_, j) => j !== output);
    const x = placesAround(others);
    const curves = ways.map((way) =>
      curveOf(way, x.map((at) => spreadOut.map((value, j) => (j === output ? at : value))), targets, output, noise)
    );
    return { spread, x, others, target: targets[0], curves };
  });
}

function placesAround(others: readonly number[]): number[] {
  const [least, greatest] = others.length > 0 ? [smallestOf(others), largestOf(others)] : [0, 0];
  const width = greatest - least || 1;
  return Array.from({ length: PLACES }, (_, k) => least - width / 2 + (2 * width * k) / (PLACES - 1));
}

function curveOf(
  { name, title, loss, newton }: Way,
  points: readonly (readonly number[])[],
  targets: readonly unknown[],
  output: number,
  noise: Rng,
): Curve {
  const found = points.map((point) => {
    const y = { rows: 1, cols: point.length, data: Float64Array.from(point) };
    const evaluation = loss.evaluate(y, targets, noise);
    const { direction, skipped } = newtonStep(evaluation, { ...newton, onSingular: 'skip' });
    return { value: evaluation.value[0], direction: skipped ? NaN : direction.data[output] };
  });
  return { name, title, value: found.map(({ value }) => value), direction: found.map(({ direction }) => direction) };
}
