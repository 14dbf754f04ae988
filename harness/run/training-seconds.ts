import type { TrainingLine } from './run-record.js';

/** Seconds of training at the end of each interval of the log: steps times what one took, evaluations apart. */
export function trainingSeconds(training: readonly TrainingLine[]): number[] {
  let [before, sum] = [0, 0];
  return training.map(({ step, msPerStep }) => {
    sum += ((step - before) * msPerStep) / 1000;
    before = step;
    return sum;
  });
}
