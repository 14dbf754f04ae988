import type { EvaluationLine, RunRecord, TrainingLine } from '../run/run-record.js';

/** What was logged at a step. */
export interface Moment {
  readonly step: number;
  /** Seconds since 1970. Without times on record, as in folders of earlier versions, seconds of training. */
  readonly at: number;
  /** By tag: `train/loss`, `newton/conditionNumber`, `eval/EM`. What was not finite is left out. */
  readonly scalars: readonly Scalar[];
}

export type Scalar = readonly [tag: string, value: number];

/** The log of a run, step by step. */
export function momentsOf(record: RunRecord): Moment[] {
  const scalars = new Map<number, Scalar[]>();
  const add = (step: number, more: readonly Scalar[]): void => {
    scalars.set(step, [...(scalars.get(step) ?? []), ...more]);
  };
  for (const line of record.training) add(line.step, trainingScalars(line));
  for (const line of record.evaluations) add(line.step, evaluationScalars(line));
  const steps = [...scalars.keys()].sort((a, b) => a - b);
  const at = clockTimes(record, steps);
  return steps.map((step, k) => ({ step, at: at[k], scalars: scalars.get(step)! }));
}

function trainingScalars({ newton, ...train }: TrainingLine): Scalar[] {
  const { loss, gradientNorm, explosions, skipped, msPerStep } = train;
  return [
    ...tagged('train', { loss, gradientNorm, explosions, skipped, msPerStep }),
    ...tagged('newton', newton ?? {}),
  ];
}

function evaluationScalars({ split, metrics }: EvaluationLine): Scalar[] {
  return tagged(split === 'test' ? 'eval' : split, metrics);
}

function tagged(group: string, values: object): Scalar[] {
  return Object.entries(values).flatMap(([name, value]: [string, unknown]) =>
    Number.isFinite(value) ? [[`${group}/${name}`, value as number] as const] : []
  );
}

/** When ascending steps were: as far as the training between them took from the next time on record, or the last. */
function clockTimes({ training, times }: RunRecord, steps: readonly number[]): number[] {
  const seconds = trainingSeconds(training, steps);
  const secondsAt = new Map(steps.map((step, k) => [step, seconds[k]]));
  const known = times.filter(({ step }) => secondsAt.has(step));
  let next = 0;
  return steps.map((step, k) => {
    while (next < known.length - 1 && known[next].step < step) next++;
    const { step: anchor, at } = known[next] ?? { step, at: seconds[k] };
    return at + seconds[k] - secondsAt.get(anchor)!;
  });
}

/** Seconds of training until each of ascending steps. */
function trainingSeconds(training: readonly TrainingLine[], steps: readonly number[]): number[] {
  const lines = new Map(training.map((line) => [line.step, line]));
  let [before, seconds] = [0, 0];
  return steps.map((step) => {
    const line = lines.get(step);
    if (!line) return seconds;
    seconds += ((step - before) * line.msPerStep) / 1000;
    before = step;
    return seconds;
  });
}
