import { SingleBar } from 'cli-progress';
import { note } from './output.js';

/** How a run tells a person how it goes; on standard error, since results go to standard output. */
export interface Progress {
  /** A message of its own. */
  line(text: string): void;
  /** What may make results other than one expects: shown even where nothing else is. */
  warn(text: string): void;
  /**
   * `step` of `steps` is done; `figures` are the newest known ones, by name. `what` says what is counted, by default
   * steps; `stop` before it changes.
   */
  step(step: number, steps: number, figures: Readonly<Record<string, number>>, what?: string): void;
  stop(): void;
}

/** Nothing but warnings. */
export const silent: Progress = {
  line: () => undefined,
  warn: (text) => note(warning(text)),
  step: () => undefined,
  stop: () => undefined,
};

/** `compare` knows warnings of its runs by the word that they begin with. */
export const WARNING = 'warning: ';

function warning(text: string): string {
  return `${WARNING}${text}`;
}

/** A bar with figures and the time left on a terminal, elsewhere a line every few seconds. */
export function openProgress(clock: () => number = () => performance.now()): Progress {
  return process.stderr.isTTY ? new Bar() : new Lines(clock);
}

/**
 * For a line above a bar: the bar is drawn again on the next line, and goes back to where the cursor was saved when it
 * stops.
 */
const CLEAR_LINE = '\r\x1b[K';
const SAVE_CURSOR = '\x1b7';

class Bar implements Progress {
  private bar: SingleBar | undefined;

  line(text: string): void {
    process.stderr.write(this.bar ? `${CLEAR_LINE}${text}\n${SAVE_CURSOR}` : `${text}\n`);
  }

  warn(text: string): void {
    this.line(warning(text));
  }

  step(step: number, steps: number, figures: Readonly<Record<string, number>>, what = 'steps'): void {
    const payload = { figures: figuresText(figures), what };
    if (this.bar) {
      this.bar.update(step, payload);
      return;
    }
    this.bar = new SingleBar({
      format: '{bar} {value}/{total} {what}  {figures}  {eta_formatted} left',
      barCompleteChar: '#',
      barIncompleteChar: '.',
      barsize: 24,
      etaBuffer: 100,
    });
    this.bar.start(steps, step, payload);
  }

  stop(): void {
    this.bar?.stop();
    this.bar = undefined;
  }
}

/** Milliseconds between lines. */
const QUIET = 10_000;

class Lines implements Progress {
  private start: { step: number; time: number } | undefined;
  private last = -Infinity;

  constructor(private readonly clock: () => number) {}

  line(text: string): void {
    note(text);
  }

  warn(text: string): void {
    this.line(warning(text));
  }

  step(step: number, steps: number, figures: Readonly<Record<string, number>>, what = 'step'): void {
    const now = this.clock();
    this.start ??= { step, time: now };
    if (now - this.last < QUIET) return;
    this.last = now;
    const done = step - this.start.step;
    const left = done > 0 && step < steps
      ? `  ${durationText(((now - this.start.time) / done) * (steps - step))} left`
      : '';
    note(`${what} ${step}/${steps}  ${figuresText(figures)}${left}`.trimEnd());
  }

  stop(): void {
    this.start = undefined;
    this.last = -Infinity;
  }
}

/** `loss 0.1234  EM 0.512`. */
export function figuresText(figures: Readonly<Record<string, number>>): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    .join('  ');
}

function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60
    ? `${seconds} s`
    : seconds < 3600
    ? `${Math.floor(seconds / 60)} min ${seconds % 60} s`
    : `${(seconds / 3600).toFixed(1)} h`;
}
