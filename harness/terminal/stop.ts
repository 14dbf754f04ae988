import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whether work is to stop, and what the process then ends with. */
export interface Stop {
  readonly signal: AbortSignal;
  /** 128 + the number of the signal that was heard. */
  readonly code: number;
}

/**
 * Milliseconds in which further signals are taken for the same one: npx, service managers and `compare` pass on what
 * the process has heard by itself.
 */
const ECHO = 500;

/** Ctrl-C and its like: the first asks the work to stop, a later one, of whatever kind, ends the process at once. */
export function stopOnSignals(clock: () => number = () => performance.now()): Stop {
  const controller = new AbortController();
  let code = 0;
  let first = 0;
  const hear = (signal: (typeof SIGNALS)[number]): void => {
    if (!controller.signal.aborted) {
      code = 128 + constants.signals[signal];
      first = clock();
      controller.abort();
    } else if (clock() - first > ECHO) {
      for (const name of SIGNALS) process.off(name, hear);
      process.kill(process.pid, signal);
    }
  };
  for (const name of SIGNALS) process.on(name, hear);
  return {
    signal: controller.signal,
    get code() {
      return code;
    },
  };
}
