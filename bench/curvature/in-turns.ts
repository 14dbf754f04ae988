import { time } from '../clock.js';
import { summary, type Timing } from '../measure.js';
import type { Clock } from '../protocol.js';

const [ROUNDS, SECONDS] = [7, 0.15];

/** Medians and minima of each step by itself, in turns after a warm-up. */
export function inTurns(steps: Readonly<Record<string, () => unknown>>, clock: Clock): Timing[] {
  const ms = Object.entries(steps).map(([contender, step]) => ({ contender, step, times: [] as number[] }));
  for (const { step } of ms) time(step, SECONDS, clock);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { step, times } of ms) times.push(...time(step, SECONDS, clock));
  }
  return ms.map(({ contender, times }) => summary(contender, times));
}
