import { summary, type Timing } from '../measure.js';

const [ROUNDS, SECONDS] = [7, 0.15];

/** Medians and minima of each step by itself, in turns after a warm-up. */
export function inTurns(steps: Readonly<Record<string, () => unknown>>): Timing[] {
  const ms = Object.entries(steps).map(([contender, step]) => ({ contender, step, times: [] as number[] }));
  for (const { step } of ms) repeat(step, SECONDS);
  for (let round = 0; round < ROUNDS; round++) for (const { step, times } of ms) times.push(...repeat(step, SECONDS));
  return ms.map(({ contender, times }) => summary(contender, times));
}

function repeat(step: () => unknown, seconds: number): number[] {
  const times: number[] = [];
  const end = performance.now() + 1000 * seconds;
  do {
    const start = performance.now();
    step();
    times.push(performance.now() - start);
  } while (performance.now() < end);
  return times;
}
