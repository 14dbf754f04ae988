import { existsSync, readFileSync } from 'node:fs';
import { attempt } from '../../core/messages.js';
import { isObject } from '../experiments/presets.js';

/** Milliseconds since some moment. */
export type Clock = () => number;

/** What a run has taken, reading data, evaluating and saving included, in all processes that it was in. */
export interface Taken {
  readonly wallSeconds: number;
  /** CPU time of all threads of the process, user and system. */
  readonly processSeconds: number;
}

/** A line of times.jsonl: when a step was on record. What was taken is unknown of runs that an earlier version began. */
export interface TimeLine extends Partial<Taken> {
  readonly step: number;
  /** Seconds since 1970. */
  readonly at: number;
}

/** Adds what this process takes to what others had taken before; from now on. */
export class Stopwatch {
  private readonly began: number;
  private readonly used = process.cpuUsage();

  constructor(private readonly before: Taken, private readonly clock: Clock) {
    this.began = clock();
  }

  taken(): Taken {
    const { user, system } = process.cpuUsage(this.used);
    return {
      wallSeconds: milli(this.before.wallSeconds + (this.clock() - this.began) / 1000),
      processSeconds: milli(this.before.processSeconds + (user + system) / 1e6),
    };
  }
}

/** The line of a step that is on record now. */
export function timeLine(step: number, stopwatch: Stopwatch | undefined): TimeLine {
  return { step, at: milli((performance.timeOrigin + performance.now()) / 1000), ...stopwatch?.taken() };
}

/** What a times.jsonl should hold for a run that goes on after `step`; undefined where it holds that. */
export function timesUntil(file: string, step: number): string | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  const kept = text.split(/(?<=\n)/).filter((row) => row.endsWith('\n') && stepOf(row) <= step).join('');
  return kept === text ? undefined : kept;
}

/** NaN of what is no line. */
function stepOf(row: string): number {
  const line = attempt(() => JSON.parse(row) as unknown);
  return isObject(line) ? Number(line['step']) : NaN;
}

/** To the millisecond. */
function milli(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
