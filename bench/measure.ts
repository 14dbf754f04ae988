import type { Peer } from './peer.js';
import type { Clock } from './protocol.js';

export interface Timing {
  readonly contender: string;
  /** Milliseconds a step. */
  readonly median: number;
  readonly min: number;
}
export interface Entry {
  readonly peer: Peer;
  readonly contender: string;
}
export interface Effort {
  readonly clock: Clock;
  readonly rounds: number;
  /** For each entry in each round. */
  readonly seconds: number;
  /** No new round begins this long after the first, where single steps take seconds. */
  readonly patience: number;
}

/** A way that took this many times the best so far at its first, cold step is not tried again. */
const HOPELESS = 4;

/** The fastest of several ways to do the same, after a look at each; also those that do not work, and why. */
export async function fastest(
  peer: Peer,
  contenders: readonly string[],
  { seconds, clock }: Effort,
): Promise<{ best: Timing; failed: string[] }> {
  let best: Timing | undefined;
  const failed: string[] = [];
  for (const contender of contenders) {
    try {
      const cold = await time({ peer, contender }, 0, clock);
      const hopeless = best !== undefined && cold.min > HOPELESS * best.min && cold.min > 1000 * seconds;
      const warm = hopeless ? cold : await time({ peer, contender }, seconds, clock);
      if (best === undefined || warm.min < best.min) best = warm;
    } catch (error) {
      failed.push(`${contender}: ${(error as Error).message}`);
    }
  }
  if (best === undefined) throw new Error(failed.join('; '));
  return { best, failed };
}

/**
 * Medians and minima over all rounds; in each round every entry has its turn, so that all see the machine in the same
 * state.
 */
export async function interleaved(
  entries: readonly Entry[],
  { rounds, seconds, patience, clock }: Effort,
): Promise<Timing[]> {
  const ms: number[][] = entries.map(() => []);
  for (const entry of entries) await time(entry, 2 * seconds, clock); // warm-up
  const end = performance.now() + 1000 * patience;
  for (let round = 0; round < rounds && (round === 0 || performance.now() < end); round++) {
    for (const [k, { peer, contender }] of entries.entries()) {
      ms[k].push(...(await peer.ask({ op: 'time', contender, seconds, clock })).ms);
    }
  }
  return entries.map(({ contender }, k) => summary(contender, ms[k]));
}

async function time({ peer, contender }: Entry, seconds: number, clock: Clock): Promise<Timing> {
  return summary(contender, (await peer.ask({ op: 'time', contender, seconds, clock })).ms);
}

export function summary(contender: string, ms: number[]): Timing {
  const sorted = ms.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { contender, median, min: sorted[0] };
}
