export type LossErrorCode =
  | 'LOSS_UNKNOWN' // no loss of that name
  | 'ALGORITHM_UNKNOWN' // no algorithm of that name
  | 'TASK_UNKNOWN' // no task of that name
  | 'MODEL_UNKNOWN' // no model of that name
  | 'REGISTRY' // a registry file, an entry of one or a plugin is wrong
  | 'PARAMS' // parameters do not fit the plugin's schema, or options, seeds and numbers of threads are none
  | 'TARGET' // a target does not fit the plugin's schema or the number of outputs
  | 'SHAPE' // a batch has the wrong number of rows, columns or entries
  | 'NONFINITE' // NaN or infinity, coming in or going out
  | 'UNSUPPORTED' // the plugin or the machine cannot do this: a function throws or promises, memory or an rng is missing
  | 'DATA' // a data set is missing or malformed
  | 'CHECKPOINT'; // a checkpoint is missing, truncated or of another run

/** The one error class: match on `code`; the message names the subject, what was expected and what came. */
export class LossError extends Error {
  constructor(
    readonly code: LossErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'LossError';
  }
}
