import type { RunRecord, TrainingLine } from '../run/run-record.js';
import { trainingSeconds } from '../run/training-seconds.js';
import type { CurveRun, Curves } from './chart/curves.js';
import { mean } from '../statistics/index.js';
import { describeMetrics, type GroupSummary, type RunGroup } from './summary.js';

/** More intervals than this are put together by twos, threes, ...: a figure has no room for them. */
const MOST_INTERVALS = 1000;

/** What the figures of a group show. */
export function curvesOf(group: RunGroup, { variants, evaluatedOn: split }: GroupSummary): Curves {
  const names = variants.map(({ variant }) => variant);
  const shown = shownMetrics(group);
  const runs = group.runs.flatMap(({ variant, seed, record, failure }) =>
    record
      ? [{ variant: names.indexOf(variant), seed, failed: failure !== undefined, ...columnsOf(record, shown) }]
      : []
  );
  return { split, metrics: shown, variants: names, runs };
}

/** The metrics that runs of a group have on record. */
export function shownMetrics(group: RunGroup): Curves['metrics'] {
  const evaluations = group.runs.flatMap(({ record }) => record?.evaluations ?? []);
  const metrics = describeMetrics(group, evaluations.flatMap((line) => Object.keys(line.metrics)));
  return Object.entries(metrics).map(([name, { kind }]) => ({ name, share: kind === 'share' }));
}

/** Whether intervals of the log are put together. */
export function isThinned({ runs }: RunGroup): boolean {
  return runs.some(({ record }) => (record?.training.length ?? 0) > MOST_INTERVALS);
}

function columnsOf(record: RunRecord, metrics: Curves['metrics']): Pick<CurveRun, 'evaluations' | 'training'> {
  const { training, evaluations } = record;
  const seconds = trainingSeconds(training);
  const merged = mergedIntervals(training);
  const at = stepTimes(training, seconds);
  return {
    evaluations: {
      step: evaluations.map(({ step }) => step),
      seconds: evaluations.map(({ step }) => short(at(step))),
      metrics: metrics.map(({ name }) => evaluations.map((line) => shortOrNull(line.metrics[name]))),
    },
    training: {
      step: merged.map((lines) => lines.at(-1)!.step),
      seconds: merged.map((lines) => short(at(lines.at(-1)!.step))),
      loss: merged.map((lines) => shortOrNull(mean(lines.map(({ loss }) => loss)))),
      gradientNorm: merged.map((lines) =>
        shortOrNull(lines.reduce((most, { gradientNorm }) => Math.max(most, gradientNorm), 0))
      ),
      explosions: merged.map((lines) => lines.reduce((sum, { explosions }) => sum + explosions, 0)),
    },
  };
}

/** Seconds of training up to a step: of the last interval that ends there or before, and steps as long as its own. */
function stepTimes(training: readonly TrainingLine[], seconds: readonly number[]): (step: number) => number {
  const known = new Map(training.map(({ step }, i) => [step, seconds[i]]));
  return (step) => {
    const exact = known.get(step);
    if (exact !== undefined || training.length === 0) return exact ?? 0;
    const next = training.findIndex((line) => line.step > step);
    const [i, before] = next < 0 ? [training.length - 1, training.length - 1] : [next, next - 1];
    const from = before < 0 ? { step: 0, seconds: 0 } : { step: training[before].step, seconds: seconds[before] };
    return from.seconds + ((step - from.step) * training[i].msPerStep) / 1000;
  };
}

function mergedIntervals(training: readonly TrainingLine[]): TrainingLine[][] {
  const together = Math.ceil(training.length / MOST_INTERVALS);
  return Array.from(
    { length: Math.ceil(training.length / together) || 0 },
    (_, k) => training.slice(k * together, (k + 1) * together),
  );
}

function short(value: number): number {
  return Number(value.toPrecision(6));
}

export function shortOrNull(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? short(value) : null;
}
