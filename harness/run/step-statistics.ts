import { largestOf } from './extremes.js';
import { median } from '../statistics/index.js';
import type { StepInfo } from '../../tfjs/index.js';

/** A step is explosive where some sample's |g| is above this many times the median |g| of the first steps. */
const EXPLOSION = 20;
/** Steps whose gradients make that median; none of them counts as explosive. */
const WARM_UP = 50;

/** The train line of metrics.jsonl: what the steps since the last one were like. */
export interface TrainLine {
  readonly kind: 'train';
  readonly step: number;
  /** Mean over steps and samples of the loss itself, whatever the Newton settings. */
  readonly loss: number;
  /** Largest |g_i| of a sample, g the loss's own gradient. */
  readonly gradientNorm: number;
  /** Explosive steps. */
  readonly explosions: number;
  /** Steps in which a singular matrix made some direction zero (`onSingular: skip`). */
  readonly skipped: number;
  readonly msPerStep: number;
}

interface Interval {
  steps: number;
  loss: number;
  gradientNorm: number;
  explosions: number;
  skipped: number;
  milliseconds: number;
}

/** Everything remembered, as JSON keeps it. */
export interface StatisticsState {
  interval: Interval;
  steps: number;
  /** Explosive steps so far. */
  explosions: number;
  /** |g_i| of the first steps, until the median is known. */
  norms: number[];
  /** |g| above which a step is explosive; undefined until the median is known. */
  threshold?: number;
  /** The largest |g| so far and where it was. */
  largest: { norm: number; step: number; sample: number };
}

const emptyInterval = (): Interval => ({
  steps: 0,
  loss: 0,
  gradientNorm: 0,
  explosions: 0,
  skipped: 0,
  milliseconds: 0,
});

/** Sums up what training steps were like. */
export class StepStatistics {
  state: StatisticsState = {
    interval: emptyInterval(),
    steps: 0,
    explosions: 0,
    norms: [],
    largest: { norm: 0, step: 0, sample: 0 },
  };
  /** Of the last step. */
  lastLoss = NaN;

  /** Adds a step. */
  add(
    { loss, gradientNorms, skipped }: Pick<StepInfo, 'loss' | 'gradientNorms' | 'skipped'>,
    milliseconds: number,
  ): void {
    const { state } = this;
    const norm = largestOf(gradientNorms);
    state.steps++;
    if (norm > state.largest.norm) state.largest = { norm, step: state.steps, sample: gradientNorms.indexOf(norm) };
    if (state.steps <= WARM_UP) this.warmUp(gradientNorms);
    else if (norm > state.threshold!) this.explode();
    state.interval.steps++;
    state.interval.loss += loss;
    state.interval.gradientNorm = Math.max(state.interval.gradientNorm, norm);
    state.interval.skipped += Number(skipped);
    state.interval.milliseconds += milliseconds;
    this.lastLoss = loss;
  }

  /** The line of the steps since the last call. */
  line(step: number): TrainLine {
    const { steps, loss, gradientNorm, explosions, skipped, milliseconds } = this.state.interval;
    this.state.interval = emptyInterval();
    return {
      kind: 'train',
      step,
      loss: loss / steps,
      gradientNorm,
      explosions,
      skipped,
      msPerStep: Number((milliseconds / steps).toPrecision(4)),
    };
  }

  private explode(): void {
    this.state.explosions++;
    this.state.interval.explosions++;
  }

  private warmUp(norms: Float64Array): void {
    const { state } = this;
    for (const norm of norms) state.norms.push(norm);
    if (state.steps < WARM_UP) return;
    state.threshold = EXPLOSION * median(state.norms);
    state.norms = [];
  }
}
