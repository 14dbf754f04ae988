import { setImmediate } from 'node:timers/promises';

/** How whoever has maps drawn hears of it, and ends it. */
export interface Watch {
  /** Ends the work before the next map, with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told before each map how many there are. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/** Between two maps: lets signals in, which a loop alone does not. */
export async function breathe({ signal, progress }: Watch, done: number, total: number): Promise<void> {
  progress?.(done, total);
  await setImmediate();
  signal?.throwIfAborted();
}
