import { largestOf } from '../run/extremes.js';
import { mean, median, standardDeviation } from '../statistics/index.js';
import { type BesidePaper, besidePaper } from './paper/beside.js';
import { type Comparison, comparisons, type Measured } from './comparisons.js';
import { type RunTimes, runTimes } from './run-times.js';
import type { Experiment } from '../experiments/experiment.js';
import type { MetricInfo } from '../tasks/index.js';
import { backendsOf, finalEvaluation, type RunRecord } from '../run/run-record.js';

/** One planned run of a comparison: what was read of it, and what went wrong where something did. */
export interface ComparedRun {
  readonly variant: string;
  readonly seed: number;
  readonly record?: RunRecord;
  readonly failure?: string;
}

/** Runs of one preset that differ in the variant alone, on the same seeds. */
export interface RunGroup {
  readonly name: string;
  readonly runs: readonly ComparedRun[];
}

/**
 * Mean over seeds, sample standard deviation where there are two or more, and the values themselves in the order of the
 * seeds.
 */
export interface Spread {
  readonly mean: number;
  readonly deviation?: number;
  readonly values: readonly number[];
}

export interface VariantSummary {
  readonly variant: string;
  /** Seeds whose runs reached the last step: all that the figures below are made of. */
  readonly seeds: readonly number[];
  readonly unfinished: readonly number[];
  readonly failed: readonly number[];
  /** Metrics at the last step, those that all runs have. */
  readonly final: Readonly<Record<string, Spread>>;
  /**
   * Largest value of the headline metric over all evaluations of the run: what checkpoint selection could at most have
   * given.
   */
  readonly best?: Spread;
  /** Explosive steps a run. */
  readonly explosions?: Spread;
  /** Median over the run of the milliseconds per step. */
  readonly msPerStep?: Spread;
  readonly times?: RunTimes;
  /** Of tfjs, that its runs were on. */
  readonly backends: readonly string[];
  /** Headline metric at the last step minus that of each reference, over the seeds that both finished. */
  readonly differences: Readonly<Record<string, Comparison>>;
}

export interface GroupSummary {
  readonly name: string;
  /** Headline metric: the first that the task reports. */
  readonly metric?: string;
  /** What evaluations are on: `test`, `validation`, or both. */
  readonly evaluatedOn: string;
  /** What each metric of `final` says. */
  readonly metrics: Readonly<Record<string, MetricInfo>>;
  /**
   * Variants with the plain loss, which the others are compared with; the first is the baseline. Empty for a single
   * variant.
   */
  readonly references: readonly string[];
  readonly variants: readonly VariantSummary[];
  /** What the paper has of its variants. */
  readonly paper?: BesidePaper;
  /** The backend that the experiment was tuned on, where it says so. */
  readonly tunedOn?: string;
}

/** Aggregates a group: one summary a variant, in the order in which the variants come. */
export function summarise(group: RunGroup): GroupSummary {
  const metric = headlineMetric(group);
  const names = [...new Set(group.runs.map((run) => run.variant))];
  const references = names.length > 1 ? names.filter((name) => isPlain(group, name)) : [];
  const differences = metric === undefined ? undefined : comparisons(headlinesOf(group, names, metric), references);
  const times = runTimes(new Map(names.map((name) => [name, finished(group, name)])));
  const variants = names.map((name) => ({
    ...summariseVariant(group, name, metric),
    ...optional('times', times.get(name)),
    differences: differences?.get(name) ?? {},
  }));
  return {
    name: group.name,
    ...optional('metric', metric),
    evaluatedOn: evaluatedOn(group),
    metrics: describeMetrics(group, variants.flatMap(({ final }) => Object.keys(final))),
    references,
    variants,
    ...optional(
      'paper',
      besidePaper(experimentsOf(group, names), largestOf(variants.map(({ seeds }) => seeds.length))),
    ),
    ...optional('tunedOn', group.runs.find(({ record }) => record)?.record?.experiment.backend),
  };
}

/** The splits that runs were evaluated on; `test` where none has been yet. */
function evaluatedOn({ runs }: RunGroup): string {
  const splits = new Set(runs.flatMap(({ record }) => record?.evaluations.map(({ split }) => split) ?? []));
  return [...splits].sort().join(' and ') || 'test';
}

/** Of a metric that the run has no word of, as one of another version may be. */
const unknownMetric: MetricInfo = { meaning: '', better: 'larger', kind: 'share' };

/** What metrics of a group say, by name, in this order. */
export function describeMetrics(group: RunGroup, names: Iterable<string>): Record<string, MetricInfo> {
  const known = group.runs.find(({ record }) => record?.metrics)?.record?.metrics ?? {};
  return Object.fromEntries(
    Array.from(new Set(names), (name) => [name, Object.hasOwn(known, name) ? known[name] : unknownMetric]),
  );
}

/** The first on record of each variant. */
function experimentsOf({ runs }: RunGroup, variants: readonly string[]): { variant: string; experiment: Experiment }[] {
  return variants.flatMap((variant) => {
    const record = runs.find((run) => run.variant === variant && run.record)?.record;
    return record ? [{ variant, experiment: record.experiment }] : [];
  });
}

/** A run that reached its last step. */
export interface FinishedRun {
  readonly seed: number;
  readonly record: RunRecord;
  /** At the last step. */
  readonly metrics: Readonly<Record<string, number>>;
}

function finished(group: RunGroup, variant: string): FinishedRun[] {
  return group.runs.flatMap(({ variant: name, seed, record }) => {
    const evaluation = record && finalEvaluation(record);
    return name === variant && evaluation ? [{ seed, record, metrics: evaluation.metrics }] : [];
  });
}

function headlineMetric(group: RunGroup): string | undefined {
  for (const { record } of group.runs) {
    const first = record?.evaluations[0];
    if (first) return Object.keys(first.metrics)[0];
  }
  return undefined;
}

/** Whether the variant's loss is trained as it is, with no curvature. */
function isPlain(group: RunGroup, variant: string): boolean {
  return group.runs.some((run) => run.variant === variant && run.record?.experiment.newton.curvature === 'none');
}

function summariseVariant(
  group: RunGroup,
  variant: string,
  metric: string | undefined,
): Omit<VariantSummary, 'differences' | 'times'> {
  const done = finished(group, variant);
  const rest = group.runs.filter((run) => run.variant === variant && !done.some(({ seed }) => seed === run.seed));
  const of = (value: (run: FinishedRun) => number): Spread | undefined => spread(done.map(value));
  const metrics = Object.keys(done[0]?.metrics ?? {}).filter((name) => done.every((run) => name in run.metrics));
  const known = metric !== undefined &&
    done.every(({ record }) => record.evaluations.every((line) => metric in line.metrics));
  return {
    variant,
    seeds: done.map(({ seed }) => seed),
    unfinished: rest.filter((run) => run.failure === undefined).map((run) => run.seed),
    failed: rest.filter((run) => run.failure !== undefined).map((run) => run.seed),
    final: Object.fromEntries(metrics.map((name) => [name, of((run) => run.metrics[name])!])),
    ...optional(
      'best',
      !known ? undefined : of(({ record }) => largestOf(record.evaluations.map((e) => e.metrics[metric]))),
    ),
    ...optional('explosions', of(({ record }) => record.training.reduce((sum, line) => sum + line.explosions, 0))),
    ...optional('msPerStep', of(({ record }) => median(record.training.map((line) => line.msPerStep)))),
    backends: [...new Set(done.flatMap(({ record }) => backendsOf(record.versions)))],
  };
}

/** The headline metric of each variant at the last step, of the runs that have it. */
function headlinesOf(group: RunGroup, variants: readonly string[], metric: string): Measured[] {
  return variants.map((variant) => {
    const measured = finished(group, variant).filter(({ metrics }) => metric in metrics);
    return { variant, bySeed: new Map(measured.map(({ seed, metrics }) => [seed, metrics[metric]])) };
  });
}

export function spread(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  return { mean: mean(values), ...optional('deviation', standardDeviation(values)), values };
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}
