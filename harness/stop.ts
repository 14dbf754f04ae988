import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whether work is to stop, and what the process then ends with. */
export interface Stop {
  readonly signal: AbortSignal;
  /** 128 + the number of the signal that was heard. */
  readonly code: number;
}

/** Ctrl-C and its like: the first asks the work to stop, another one, of whatever kind, ends the process at once. */
export function stopOnSignals(): Stop {
  const controller = new AbortController();
  let code = 0;
  const hear = (signal: (typeof SIGNALS)[number]): void => {
    for (const name of SIGNALS) process.off(name, hear);
    code = 128 + constants.signals[signal];
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, hear);
  return {
    signal: controller.signal,
    get code() {
      return code;
    },
  };
}
