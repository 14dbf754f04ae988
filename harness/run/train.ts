import { setImmediate as nextTurn } from 'node:timers/promises';
import { LossError } from '../../core/errors.js';
import type { Registry } from '../../core/registry.js';
import type { Rng } from '../../core/random/rng.js';
import { CLOCK, EXPERIMENT, inject, injectable, LOG, REGISTRY, RNG, RUN_FOLDER } from './container.js';
import type { Experiment } from '../experiments/experiment.js';
import { Learner } from './learner.js';
import { figuresText, type Progress } from '../terminal/display.js';
import { asRunData, bothTexts, isSameData, requireRunData, type RunData } from './run-data.js';
import type { RunFolder } from './run-folder.js';
import { type Clock, Stopwatch, type Taken, timeLine } from './run-times.js';
import { type StatisticsState, StepStatistics } from './step-statistics.js';
import type { Metrics } from '../tasks/index.js';
import type { StepInfo } from '../../tfjs/index.js';

export interface Outcome {
  /** Updates done. */
  readonly step: number;
  /** Whether that is all of them; else the run was stopped, and a checkpoint saved. */
  readonly finished: boolean;
  /** Of the last evaluation. */
  readonly metrics: Metrics;
  /** Steps of the whole run whose gradients exploded (harness/run/step-statistics.ts). */
  readonly explosions: number;
}

/** What a checkpoint holds besides arrays. */
interface State {
  readonly statistics: StatisticsState;
  readonly metrics: Metrics;
  /** Absent in checkpoints of earlier versions. */
  readonly taken?: Taken;
}

/**
 * Takes one experiment through its steps, with metrics.jsonl, times.jsonl and checkpoints in its folder. Resolve it from the run's
 * container.
 */
@injectable()
export class Trainer {
  private readonly statistics = new StepStatistics();
  private metrics: Metrics = {};
  /** Undefined where what was taken before is unknown. */
  private stopwatch: Stopwatch | undefined;

  constructor(
    @inject(EXPERIMENT) private readonly experiment: Experiment,
    @inject(REGISTRY) private readonly registry: Registry,
    @inject(RNG) private readonly rng: Rng,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(LOG) private readonly log: Progress,
    @inject(RUN_FOLDER) private readonly folder: RunFolder,
  ) {}

  /**
   * Goes on from the folder's checkpoint, or from the beginning, to the last step or until `signal` aborts; then too a
   * checkpoint is saved. `data`: where the task finds its data. NONFINITE where the training diverges; what was saved
   * before stays. DATA where the data is not that which the run began with, or that of the run in the folder
   * `sameDataAs`.
   */
  async train(data: string | undefined, signal: AbortSignal, sameDataAs?: string): Promise<Outcome> {
    const began = this.restoreState();
    let learner: Learner | undefined;
    try {
      learner = await this.open(data, signal);
      this.recordData({ ...learner.data, metrics: learner.metrics }, sameDataAs);
      return await this.goOn(learner, began, signal);
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
      return this.outcome(began); // while data was read or drawn
    } finally {
      learner?.dispose();
    }
  }

  private async open(data: string | undefined, signal: AbortSignal): Promise<Learner> {
    const progress = (done: number, total: number): void => this.log.step(done, total, {}, 'samples drawn');
    const context = { data, signal, progress };
    return Learner.open(this.experiment, this.registry, this.rng, context).finally(() => this.log.stop());
  }

  private async goOn(learner: Learner, began: number, signal: AbortSignal): Promise<Outcome> {
    const { steps, evaluateOn } = this.experiment;
    if (this.folder.checkpoint) learner.restore(began, this.folder.checkpoint.arrays);
    if (began < steps) await learner.prepare(evaluateOn).finally(() => this.log.stop());
    if (began === 0 && !signal.aborted) {
      this.located(0, () => this.evaluate(learner, 0));
      this.recordTime(0);
    }
    let step = began;
    while (step < steps && !signal.aborted) {
      this.step(learner, ++step);
      await nextTurn(); // lets signals in
    }
    if (step > began && step < steps) this.save(learner, step);
    return this.outcome(step);
  }

  private outcome(step: number): Outcome {
    const { explosions } = this.statistics.state;
    return { step, finished: step === this.experiment.steps, metrics: this.metrics, explosions };
  }

  /** Writes data.json, or checks that the run began with the same data. */
  private recordData(data: RunData, sameDataAs: string | undefined): void {
    this.log.line(`data: ${data.source}`);
    if (sameDataAs !== undefined) {
      requireSame(data, requireRunData(sameDataAs), `the run in ${sameDataAs}`, 'they cannot be compared');
    }
    const before = this.folder.checkpoint && asRunData(this.folder.readJson('data.json'));
    if (before) requireSame(data, before, 'the run', 'restore the data, or begin anew in another folder (--out)');
    else this.folder.writeJson('data.json', data);
  }

  private step(learner: Learner, step: number): void {
    this.located(step, () => {
      const start = this.clock();
      const info = learner.update(step);
      this.statistics.add(info, this.clock() - start);
      this.record(learner, step, info);
    });
  }

  /** Whatever is due after this step. */
  private record(learner: Learner, step: number, { diagnostics }: StepInfo): void {
    const { steps, logEvery, evalEvery, checkpointEvery } = this.experiment;
    const due = (every: number): boolean => step % every === 0 || step === steps;
    if (due(logEvery)) {
      this.folder.append({ ...this.statistics.line(step), ...(diagnostics && { newton: diagnostics() }) });
    }
    if (due(evalEvery)) this.evaluate(learner, step);
    if (due(logEvery) || due(evalEvery)) this.recordTime(step);
    if (due(checkpointEvery)) this.save(learner, step);
    const figures = { loss: this.statistics.lastLoss, ...this.metrics };
    this.log.step(step, steps, figures, undefined, learner.metrics);
  }

  private evaluate(learner: Learner, step: number): void {
    const { steps, evaluateOn: split } = this.experiment;
    const { metrics, samples } = learner.evaluate(split, step);
    this.metrics = metrics;
    const final = step === steps;
    this.folder.append({ kind: 'eval', step, split, samples, ...this.metrics, ...(final && { final }) });
    const drawing = final && split === 'test' ? learner.draw() : undefined;
    if (drawing !== undefined) this.folder.writeText('predictions.svg', drawing);
    this.log.line(`step ${step}  ${figuresText(this.metrics, learner.metrics)}`);
  }

  private recordTime(step: number): void {
    this.folder.appendTime(timeLine(step, this.stopwatch));
  }

  private save(learner: Learner, step: number): void {
    const taken = this.stopwatch?.taken();
    const state: State = { statistics: this.statistics.state, metrics: this.metrics, ...(taken && { taken }) };
    this.folder.save({ step, state, arrays: learner.arrays() });
  }

  /** Takes over what the checkpoint holds besides arrays; the step it was saved at. */
  private restoreState(): number {
    const { checkpoint } = this.folder;
    if (!checkpoint) {
      this.stopwatch = new Stopwatch({ wallSeconds: 0, processSeconds: 0 }, this.clock);
      return 0;
    }
    const { statistics, metrics, taken } = checkpoint.state as State;
    this.stopwatch = taken && new Stopwatch(taken, this.clock);
    this.statistics.state = statistics;
    this.metrics = metrics;
    return checkpoint.step;
  }

  /** What `act` does at a step; where numbers stop being finite there, with the step and the largest gradient before. */
  private located(step: number, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof LossError) || error.code !== 'NONFINITE') throw error;
      throw new LossError('NONFINITE', `stopped at step ${step}: ${error.message}; ${this.before()}`, { cause: error });
    }
  }

  private before(): string {
    const { norm, step, sample } = this.statistics.state.largest;
    const gradient = `the largest |g| before was ${norm.toPrecision(3)}, at step ${step}, sample ${sample}`;
    return `${step === 0 ? 'no gradient came before' : gradient}; what was saved before is in ${this.folder.path}`;
  }
}

/** DATA, naming both. */
function requireSame(now: RunData, before: RunData, whose: string, remedy: string): void {
  if (isSameData(now, before)) return;
  const [there, here] = bothTexts(before, now);
  throw new LossError('DATA', `${whose} learned from ${there}, this is ${here}: ${remedy}`);
}
