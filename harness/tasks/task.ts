import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { SchemaObject } from 'ajv';
import type { CheckedAlgorithm } from '../../core/algorithms/algorithm.js';
import type { AlgorithmChoice } from '../../core/algorithms/algorithm-parameter.js';
import type { SchemaOf } from '../../core/parameters.js';
import type { Rng } from '../../core/random/rng.js';

/** What a network learns from and is judged by: training batches, held-out sets and metrics. */
export interface Task<Params extends object = object, Target = unknown> {
  /** kebab-case. */
  readonly name: string;
  readonly title: string;
  /** Closed JSON schema of the parameters, with a default for each. */
  readonly params: SchemaOf<Params>;
  /** JSON schema of what a loss gets as one sample's target; its description says it in words. */
  readonly target: SchemaOf<Target>;
  /**
   * What is measured, by name, in the order shown. The first is a share, the larger the better: it selects checkpoints
   * and orders tables.
   */
  readonly metrics: Readonly<Record<string, MetricInfo>>;
  /**
   * Whether its validation data is apart from what it learns from and from test data, so that settings can be chosen on
   * it; absent: it is. An experiment that is to be evaluated on validation data is UNSUPPORTED where there is none.
   */
  readonly validation?: boolean;
  /**
   * Of these parameters, the hard algorithm that decides by the outputs: what losses over algorithms are over where an
   * experiment names no other. Absent: there is none.
   */
  algorithm?(params: Params): AlgorithmChoice | CheckedAlgorithm;
  /**
   * Of a loss, the parameters by which targets are what it takes, where an experiment does not give them; absent:
   * there is one kind of target.
   */
  paramsFor?(loss: { readonly target: SchemaObject }): Partial<Params>;
  /** Reads the data. DATA where it is missing or malformed, saying what to do. */
  open(params: Params, context: TaskContext): Promise<OpenTask<Target>>;
}

export interface TaskContext {
  /** Folder with the data files; absent: where the task looks by itself. */
  readonly data?: string | undefined;
  /** The run's stream: batches come from it, frozen held-out sets do not. */
  readonly rng: Rng;
  /** Ends reading and drawing: `open` or `prepare` then rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Told now and then how many of `total` samples have been drawn. */
  readonly progress?: (done: number, total: number) => void;
}

export type Split = 'validation' | 'test';

/** A task with its data in memory. */
export interface OpenTask<Target = unknown> {
  /** Shape of what the network sees of one sample: x of a batch is (N, ...input). */
  readonly input: readonly number[];
  /** What the samples are and where they come from, for logs and reports: "MNIST in DIR". */
  readonly source: string;
  /**
   * SHA-256 of the data by part (`train`, `test`), as far as it is in memory once the task is open: pictures and
   * labels. Absent: `source` says it all.
   */
  readonly digests?: Readonly<Record<string, string>>;
  /** m, the number of network outputs a sample. */
  readonly outputs: number;
  /**
   * Training batch `step` = 1, 2, ...: a pure function of (seed, step, size), so a resumed run needs no data state. The
   * caller disposes x.
   */
  batch(step: number, size: number): TaskBatch<Target>;
  /** Absent: frozen. */
  readonly heldOut?: HeldOut;
  /**
   * Draws what `evaluate` and `draw` need of a split; absent, or not called: they draw it themselves and hear no signal
   * meanwhile.
   */
  prepare?(split: Split): Promise<void>;
  /**
   * Metrics of a network on held-out sets; `step` matters only where they are streamed.
   * `predict` maps x (N, ...input) to outputs (N, m) and may be called several times; x and the outputs are disposed
   * here. NONFINITE where an output is not finite.
   */
  evaluate(predict: Predict, split: Split, step: number): Metrics;
  /**
   * An SVG of what a network makes of the first test samples, for reports: it explains itself and has no ids. Absent:
   * nothing to see.
   */
  draw?(predict: Predict): string;
}

/**
 * Whether held-out sets are the same for every run (frozen), drawn once from the run's stream (seeded), or drawn from it
 * anew at each evaluation (streamed).
 */
export type HeldOut = 'frozen' | 'seeded' | 'streamed';

export interface TaskBatch<Target = unknown> {
  /** (N, ...input), float32. */
  readonly x: Tensor;
  /** One a sample, as the loss takes them. */
  readonly targets: Target[];
}

export type Predict = (x: Tensor) => Tensor2D;

/** What a metric says. */
export interface MetricInfo {
  /** Ends a sentence that begins with "is": "the share of ...". */
  readonly meaning: string;
  readonly better: 'larger' | 'smaller';
  /** A share of one, shown in percent, or a number that is shown as it is. */
  readonly kind: 'share' | 'number';
}

/** Values by the names of `Task.metrics`, in that order. */
export type Metrics = Record<string, number>;
