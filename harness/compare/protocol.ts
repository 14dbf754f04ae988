import type { LossErrorCode } from '../../core/errors.js';
import type { ReadyExperiment, Resources } from '../run/run.js';
import type { Metrics } from '../tasks/index.js';

/** What a worker is to run: its first message. */
export interface Job extends ReadyExperiment {
  readonly folder: string;
  readonly resources: Resources;
  /** A run folder: other data than that run's is refused. */
  readonly sameDataAs?: string | undefined;
}

/** Where a run is. */
export interface Figures {
  readonly step: number;
  /** Of that step; absent where the run has not made one since it began or went on. */
  readonly loss?: number;
  /** Of the last evaluation. */
  readonly metrics: Metrics;
}

/** Why a run failed: the code of a LossError, or an error of the program itself. */
export interface Failure {
  readonly code: LossErrorCode | 'UNEXPECTED';
  readonly message: string;
}

/** What a worker says; after an end or a failure it says nothing more. */
export type Answer =
  | ({ readonly kind: 'figures' } & Figures)
  | { readonly kind: 'warning'; readonly text: string }
  | ({ readonly kind: 'end'; readonly finished: boolean } & Figures)
  | ({ readonly kind: 'failure' } & Failure);
