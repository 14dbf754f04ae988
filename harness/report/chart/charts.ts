import type { Chart, Point, Series } from './draw.js';
import type { CurveRun, Curves } from './curves.js';

/** What of the curves is shown, and how. */
export interface View {
  /** Index into `Curves.metrics`. */
  readonly metric: number;
  readonly x: 'step' | 'seconds';
  readonly log: Readonly<Record<'metric' | 'loss', boolean>>;
  /** Variants by index, and seeds, that are not shown. */
  readonly hiddenVariants: ReadonlySet<number>;
  readonly hiddenSeeds: ReadonlySet<number>;
}

/** Everything by step; the loss on a logarithmic axis where its values spread over more than a power of ten. */
export function firstView(curves: Curves): View {
  const loss = lossOf(curves.runs).flatMap(({ points }) => points.map(({ y }) => y));
  const log = { metric: false, loss: spreads(loss) };
  return { metric: 0, x: 'step', log, hiddenVariants: new Set(), hiddenSeeds: new Set() };
}

/** A metric of the task on the test sets: thin lines are runs, thick ones means over those that have not failed. */
export function metricChart(curves: Curves, view: View): Chart | undefined {
  const info = curves.metrics[view.metric];
  if (!info) return undefined;
  const scale = info.share ? 100 : 1;
  const lines = shownRuns(curves, view).map(({ evaluations, ...run }) => ({
    ...run,
    points: pointsOf(evaluations.step, evaluations.seconds, evaluations.metrics[view.metric], scale),
  }));
  return lineChart(curves, view, lines, {
    description:
      `${info.name} on the test sets against training ${view.x}, a line a run and a thick line for the mean of each variant`,
    y: `${info.name}, test${info.share ? ' (%)' : ''}`,
    log: view.log.metric,
    symbols: true,
  });
}

/** The loss on training batches, a mean of each logging interval. */
export function lossChart(curves: Curves, view: View): Chart | undefined {
  return lineChart(curves, view, lossOf(shownRuns(curves, view)), {
    description: `Training loss against training ${view.x}, a line a run and a thick line for the mean of each variant`,
    y: 'Training loss',
    log: view.log.loss,
    symbols: false,
  });
}

/** The largest gradient norm of each interval on one logarithmic scale, a panel a variant. */
export function normsChart(curves: Curves, view: View): Chart | undefined {
  const lines = shownRuns(curves, view).map(({ training, ...run }) => ({
    ...run,
    points: pointsOf(training.step, training.seconds, training.gradientNorm),
    explosive: new Set(training.step.filter((_, i) => training.explosions[i] > 0)),
  }));
  const panels = curves.variants.flatMap((title, variant) => {
    const series = lines.filter((line) => line.variant === variant).map((line): Series => {
      const points = drawable(line.points, view, true);
      const marked = drawable(line.points.filter(({ step }) => line.explosive.has(step)), view, true);
      return { name: nameOf(line), variant, kind: 'run', points, explosive: marked };
    }).filter(({ points }) => points.length > 0);
    return series.length === 0 ? [] : [{ title, series }];
  });
  if (panels.length === 0) return undefined;
  return {
    description:
      `Largest per-sample gradient norm of each interval against training ${view.x}, logarithmic, a panel a variant and a line a run`,
    x: AXES[view.x],
    y: 'max |g|',
    log: true,
    panels,
    height: 110,
    opacity: 0.8,
  };
}

/** Whether all are positive and the greatest is more than ten times the least. */
function spreads(values: readonly number[]): boolean {
  const least = values.reduce((low, value) => Math.min(low, value), Infinity);
  const greatest = values.reduce((high, value) => Math.max(high, value), -Infinity);
  return least > 0 && greatest > 10 * least;
}

const AXES = { step: 'Training step', seconds: 'Training time (s)' };

interface Place {
  readonly step: number;
  readonly seconds: number;
  readonly y: number;
}

interface Line {
  readonly variant: number;
  readonly seed: number;
  readonly failed: boolean;
  readonly points: readonly Place[];
}

type Titles = Pick<Chart, 'description' | 'y' | 'log'> & { readonly symbols: boolean };

function lineChart(
  curves: Curves,
  view: View,
  lines: readonly Line[],
  { symbols, log, ...titles }: Titles,
): Chart | undefined {
  const runs = lines.map((line): Series => ({
    name: nameOf(line),
    variant: line.variant,
    kind: 'run',
    points: drawable(line.points, view, log),
  }));
  const means = curves.variants.map((name, variant): Series => {
    const points = meanByStep(lines.filter((line) => line.variant === variant && !line.failed));
    return { name, variant, kind: 'mean', points: drawable(points, view, log), symbols };
  });
  const series = [...runs, ...means].filter(({ points }) => points.length > 0);
  if (series.length === 0) return undefined;
  return { ...titles, log, x: AXES[view.x], panels: [{ series }], height: 320, opacity: 0.45 };
}

function shownRuns({ runs }: Curves, { hiddenVariants, hiddenSeeds }: View): CurveRun[] {
  return runs.filter(({ variant, seed }) => !hiddenVariants.has(variant) && !hiddenSeeds.has(seed));
}

function lossOf(runs: readonly CurveRun[]): Line[] {
  return runs.map(({ training, ...run }) => ({
    ...run,
    points: pointsOf(training.step, training.seconds, training.loss),
  }));
}

function pointsOf(
  steps: readonly number[],
  seconds: readonly number[],
  values: readonly (number | null)[],
  scale = 1,
): Place[] {
  return values.flatMap((value, i) =>
    value === null ? [] : [{ step: steps[i], seconds: seconds[i], y: scale * value }]
  );
}

function drawable(points: readonly Place[], { x }: View, log: boolean): Point[] {
  return points.filter(({ y }) => !log || y > 0).map((place) => ({ x: place[x], y: place.y }));
}

/** Means of what the lines have, at the steps that all of them have reached. */
function meanByStep(lines: readonly Line[]): Place[] {
  const cells = new Map<number, Place[]>();
  for (const place of lines.flatMap(({ points }) => points)) {
    cells.set(place.step, [...(cells.get(place.step) ?? []), place]);
  }
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [...cells].filter(([, places]) => places.length === lines.filter(({ points }) => points.length > 0).length)
    .map(([step, places]) => ({
      step,
      seconds: mean(places.map(({ seconds }) => seconds)),
      y: mean(places.map(({ y }) => y)),
    }));
}

function nameOf({ seed }: { readonly seed: number }): string {
  return `seed ${seed}`;
}
