import type { Clock } from './protocol.js';

const clocks: Record<Clock, () => number> = { wall: () => performance.now(), cpu: cpuTime };

/** Milliseconds of each of the steps that begin within so many seconds of wall time, at least one. */
export function time(step: () => unknown, seconds: number, clock: Clock): number[] {
  const now = clocks[clock];
  const ms: number[] = [];
  const end = performance.now() + 1000 * seconds;
  do {
    const start = now();
    step();
    ms.push(now() - start);
  } while (performance.now() < end);
  return ms;
}

function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
