import type { GenericFormatter } from '../packages/cli-progress.js';

/** The texts around a bar, from what cli-progress knows. */
export interface BarTexts {
  readonly before?: (payload: Readonly<Record<string, string>>) => string;
  readonly after: (state: BarState, payload: Readonly<Record<string, string>>) => string;
}

export interface BarState {
  readonly value: number;
  readonly total: number;
  /** Seconds; a text as long as nothing tells how long a step takes. */
  readonly eta: number | string;
}

const [SHORTEST, LONGEST] = [6, 24];

/** A format of cli-progress that fits the terminal's width. */
export function barFormat({ before, after }: BarTexts): GenericFormatter {
  return (_options, params, payload: Record<string, string>) =>
    barLine(before?.(payload) ?? '', params.progress, after(params, payload), params.maxWidth);
}

/** Texts around a bar in at most `width` characters: the bar shrinks, then goes, then the end is cut. */
export function barLine(before: string, progress: number, after: string, width: number): string {
  const parts = (bar: string): string => [before, bar, after].filter((part) => part !== '').join('  ');
  const room = width - 1 - parts('').length - 2; // the last column makes some terminals go on to the next line
  const length = Math.min(room, LONGEST);
  const done = Math.round(length * Math.min(1, Math.max(0, progress)));
  return parts(length < SHORTEST ? '' : '#'.repeat(done).padEnd(length, '.')).slice(0, Math.max(0, width - 1));
}

/** `2 min 5 s left`, and where nothing tells, that it is not known. */
export function leftText(eta: number | string): string {
  return typeof eta === 'number' ? `${durationText(1000 * eta)} left` : 'time left unknown';
}

export function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${(seconds / 3600).toFixed(1)} h`;
}
