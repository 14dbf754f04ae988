import type { CurveRun, Curves } from './curves.js';
import type { BandPoint, Chart, Point, Series } from './draw.js';
import { meanLine, onCommonTimes } from './means.js';

type Axis = 'step' | 'seconds';

/** What of the curves is shown, and how. */
export interface View {
  /** Index into `Curves.metrics`. */
  readonly metric: number;
  /** Whether means of the metric have their bands. */
  readonly bands: boolean;
  readonly x: Readonly<Record<'loss' | 'norms', Axis>>;
  readonly log: Readonly<Record<'metric' | 'loss', boolean>>;
  /** Variants by index, and seeds, that are not shown. */
  readonly hiddenVariants: ReadonlySet<number>;
  readonly hiddenSeeds: ReadonlySet<number>;
}

/** Everything by step, with bands around learning curves; the loss on a logarithmic axis where its values spread over more than a power of ten. */
export function firstView(curves: Curves): View {
  const loss = lossOf(curves.runs, 'step').flatMap(({ points }) => points.map(({ y }) => y));
  const log = { metric: false, loss: spreads(loss) };
  return {
    metric: 0,
    bands: !curves.parameter,
    x: { loss: 'step', norms: 'step' },
    log,
    hiddenVariants: new Set(),
    hiddenSeeds: new Set(),
  };
}

/** A metric of the task on held-out sets: thin lines are runs, thick ones means over those that have not failed. */
export function metricChart(curves: Curves, view: View): Chart | undefined {
  return metricOver('step', curves, view);
}

/** The same over the time of training. */
export function timeChart(curves: Curves, view: View): Chart | undefined {
  return metricOver('seconds', curves, view);
}

function metricOver(x: Axis, curves: Curves, view: View): Chart | undefined {
  const info = curves.metrics[view.metric];
  if (!info) return undefined;
  const scale = info.share ? 100 : 1;
  const lines = shownRuns(curves, view).map(({ evaluations, ...run }) => ({
    ...run,
    points: pointsOf(evaluations[x], evaluations.metrics[view.metric], scale),
  }));
  return lineChart(curves, lines, {
    description: `${info.name} on the ${curves.split} sets against ${
      curves.parameter?.name ?? OVER[x]
    }, a line a run and a thick line for the mean of each variant`,
    x,
    y: `${info.name}, ${curves.split}${info.share ? ' (%)' : ''}`,
    log: view.log.metric,
    symbols: true,
    ...(view.bands && { within: info.share ? [0, 100] : [-Infinity, Infinity] }),
  });
}

/** The loss on training batches, a mean of each logging interval. */
export function lossChart(curves: Curves, view: View): Chart | undefined {
  const x = view.x.loss;
  return lineChart(curves, lossOf(shownRuns(curves, view), x), {
    description: `Training loss against ${OVER[x]}, a line a run and a thick line for the mean of each variant`,
    x,
    y: 'Training loss',
    log: view.log.loss,
    symbols: false,
  });
}

/** The largest gradient norm of each interval on one logarithmic scale, a panel a variant. */
export function normsChart(curves: Curves, view: View): Chart | undefined {
  const x = view.x.norms;
  const lines = shownRuns(curves, view).map(({ training, ...run }) => ({
    ...run,
    points: pointsOf(training[x], training.gradientNorm),
    explosive: new Set(training[x].filter((_, i) => training.explosions[i] > 0)),
  }));
  const panels = curves.variants.flatMap((title, variant) => {
    const series = lines.filter((line) => line.variant === variant).map((line): Series => {
      const points = drawable(line.points, true);
      const marked = points.filter((point) => line.explosive.has(point.x));
      return { name: nameOf(line), variant, kind: 'run', points, explosive: marked };
    }).filter(({ points }) => points.length > 0);
    return series.length === 0 ? [] : [{ title, series }];
  });
  if (panels.length === 0) return undefined;
  return {
    description: `Largest per-sample gradient norm of each interval against ${
      OVER[x]
    }, logarithmic, a panel a variant and a line a run`,
    x: AXES[x],
    y: 'max |g|',
    log: true,
    panels,
    height: 110,
    opacity: 0.8,
  };
}

/** Whether all are positive and the greatest is more than ten times the least. */
export function spreads(values: readonly number[]): boolean {
  const least = values.reduce((low, value) => Math.min(low, value), Infinity);
  const greatest = values.reduce((high, value) => Math.max(high, value), -Infinity);
  return least > 0 && greatest > 10 * least;
}

const AXES = { step: 'Training step', seconds: 'Training time (s)' };
const OVER = { step: 'training steps', seconds: 'seconds of training' };

/** Symbols of a mean, where it has a point at each of many times. */
const SYMBOLS = 12;

interface Line {
  readonly variant: number;
  readonly seed: number;
  readonly failed: boolean;
  readonly points: readonly Point[];
}

interface LineChart extends Pick<Chart, 'description' | 'y' | 'log'> {
  readonly x: Axis;
  readonly symbols: boolean;
  /** What a band cannot go beyond; absent: none is drawn. */
  readonly within?: readonly [number, number];
}

function lineChart(curves: Curves, lines: readonly Line[], options: LineChart): Chart | undefined {
  const { x, log, description, y } = options;
  const runs = lines.map((line): Series => ({
    name: nameOf(line),
    variant: line.variant,
    kind: 'run',
    points: drawable(line.points, log),
  }));
  const { name: parameter, log: logX = false, levels = 0 } = curves.parameter ?? {};
  const means = curves.variants.map((name, variant) => {
    const symbols = options.symbols && variant >= levels;
    return { name, variant, ...meanOf(variant, lines, { ...options, symbols }) };
  });
  const series = [...runs, ...means].filter(({ points }) => points.length > 0);
  if (series.length === 0) return undefined;
  return { description, y, log, logX, x: parameter ?? AXES[x], panels: [{ series }], height: 320, opacity: 0.45 };
}

/** Of the lines of a variant that have not failed; over time, at common times. */
function meanOf(
  variant: number,
  lines: readonly Line[],
  { x, log, symbols, within }: LineChart,
): Omit<Series, 'name' | 'variant'> {
  const own = lines.filter((line) => line.variant === variant && !line.failed && line.points.length > 0)
    .map((line) => line.points);
  const all = lines.map((line) => line.points);
  const mean = drawable(meanLine(x === 'step' ? own : onCommonTimes(own, all)), log);
  const every = x === 'step' ? 1 : Math.ceil(mean.length / SYMBOLS);
  return {
    kind: 'mean',
    points: mean,
    ...(symbols && { symbols: mean.filter((_, k) => k % every === 0) }),
    ...(within && !log && own.length > 1 && { band: mean.map((point) => clipped(point, within)) }),
  };
}

function clipped({ x, y, low, high }: BandPoint, [least, most]: readonly [number, number]): BandPoint {
  return { x, y, low: Math.max(low, least), high: Math.min(high, most) };
}

function shownRuns({ runs }: Curves, { hiddenVariants, hiddenSeeds }: View): CurveRun[] {
  return runs.filter(({ variant, seed }) => !hiddenVariants.has(variant) && !hiddenSeeds.has(seed));
}

function lossOf(runs: readonly CurveRun[], x: Axis): Line[] {
  return runs.map(({ training, ...run }) => ({ ...run, points: pointsOf(training[x], training.loss) }));
}

function pointsOf(xs: readonly number[], values: readonly (number | null)[], scale = 1): Point[] {
  return values.flatMap((value, i) => (value === null ? [] : [{ x: xs[i], y: scale * value }]));
}

function drawable<P extends Point>(points: readonly P[], log: boolean): P[] {
  return points.filter(({ y }) => !log || y > 0);
}

function nameOf({ seed }: { readonly seed: number }): string {
  return `seed ${seed}`;
}
