import { type Bar, MultiBar, SingleBar } from '../packages/cli-progress.js';
import type { MetricInfo } from '../tasks/index.js';
import { barFormat, type BarState, durationText, leftText } from './bar.js';
import { note } from './output.js';
import { painted } from './paint.js';

function warning(text: string): string {
  return painted('yellow', `warning: ${text}`, process.stderr);
}

type Figures = Readonly<Record<string, number>>;
type Metrics = Readonly<Record<string, Pick<MetricInfo, 'kind'>>>;

/** How a run tells a person how it goes; on standard error, since results go to standard output. */
export interface Progress {
  /** A message of its own. */
  line(text: string): void;
  /** What may make results other than one expects: shown even where nothing else is. */
  warn(text: string): void;
  /**
   * `step` of `steps` is done; `figures` are the newest known ones, of which `metrics` tell. `what` says what is counted, by default
   * steps; `stop` before it changes.
   */
  step(step: number, steps: number, figures: Figures, what?: string, metrics?: Metrics): void;
  stop(): void;
}

/** Nothing but warnings. */
export const silent: Progress = {
  line: () => undefined,
  warn: (text) => note(warning(text)),
  step: () => undefined,
  stop: () => undefined,
};

/** A bar with figures and the time left on a terminal, elsewhere a line every few seconds. */
export function openProgress(clock: () => number = () => performance.now()): Progress {
  return process.stderr.isTTY ? new RunBar() : new RunLines(clock);
}

/**
 * For a line above a bar: the bar is drawn again on the next line, and goes back to where the cursor was saved when it
 * stops.
 */
const CLEAR_LINE = '\r\x1b[K';
const SAVE_CURSOR = '\x1b7';

class RunBar implements Progress {
  private bar: SingleBar | undefined;

  line(text: string): void {
    process.stderr.write(this.bar ? `${CLEAR_LINE}${text}\n${SAVE_CURSOR}` : `${text}\n`);
  }

  warn(text: string): void {
    this.line(warning(text));
  }

  step(step: number, steps: number, figures: Figures, what = 'steps', metrics?: Metrics): void {
    const payload = { figures: figuresText(figures, metrics), what };
    if (this.bar) {
      this.bar.update(step, payload);
      return;
    }
    this.bar = new SingleBar({
      format: barFormat({
        after: ({ value, total, eta }, { what, figures }) =>
          [`${value}/${total} ${what}`, leftText(eta), figures].filter((text) => text !== '').join('  '),
      }),
      etaBuffer: 100,
    });
    this.bar.start(steps, step, payload);
  }

  stop(): void {
    this.bar?.stop();
    this.bar = undefined;
  }
}

/** Milliseconds between lines of a run. */
const QUIET = 10_000;

class RunLines implements Progress {
  private start: { step: number; time: number } | undefined;
  private last = -Infinity;

  constructor(private readonly clock: () => number) {}

  line(text: string): void {
    note(text);
  }

  warn(text: string): void {
    this.line(warning(text));
  }

  step(step: number, steps: number, figures: Figures, what = 'step', metrics?: Metrics): void {
    const now = this.clock();
    this.start ??= { step, time: now };
    if (now - this.last < QUIET) return;
    this.last = now;
    const done = step - this.start.step;
    const left = done > 0 && step < steps
      ? `  ${durationText(((now - this.start.time) / done) * (steps - step))} left`
      : '';
    note(`${what} ${step}/${steps}  ${figuresText(figures, metrics)}${left}`.trimEnd());
  }

  stop(): void {
    this.start = undefined;
    this.last = -Infinity;
  }
}

/** How a comparison tells a person how its runs go; on standard error, since results go to standard output. */
export interface Display {
  /** A run begins, or goes on, at `step` of `steps`. */
  start(run: string, step: number, steps: number): void;
  step(run: string, step: number, figures: string): void;
  /** A run is over; `message` says how. */
  end(run: string, message: string): void;
  /** What may make the results of a run other than one expects. */
  warn(run: string, text: string): void;
  stop(): void;
}

/** What all runs come to. */
export interface Extent {
  /** All of them: those that are damaged are neither to be run nor finished. */
  readonly planned: number;
  /** To be run, or gone on with. */
  readonly runs: number;
  readonly finished: number;
  readonly steps: number;
  /** Steps that earlier calls have done. */
  readonly done: number;
}

/** Nothing but warnings. */
export function silentDisplay(): Display {
  return {
    start: () => undefined,
    step: () => undefined,
    end: () => undefined,
    warn: (run, text) => note(warning(`${run}: ${text}`)),
    stop: () => undefined,
  };
}

/** A bar for each run that is under way and one for all on a terminal, elsewhere lines. */
export function openDisplay(extent: Extent): Display {
  return process.stderr.isTTY ? new Bars(extent) : new Lines(extent, note, () => performance.now());
}

const several = { hideCursor: true, clearOnComplete: true, etaBuffer: 400, emptyOnZero: true };

class Bars implements Display {
  private readonly multi = new MultiBar({
    ...several,
    format: barFormat({
      before: ({ run }) => run,
      after: ({ value, total }, { figures }) => `${value}/${total}  ${figures}`.trimEnd(),
    }),
  });
  private readonly all: Bar;
  private readonly runs = new Map<string, { bar: Bar; step: number }>();

  constructor({ steps, done }: Extent) {
    const after = ({ value, total, eta }: BarState): string =>
      `${Math.floor((100 * value) / total)}%  ${leftText(eta)}`;
    this.all = this.multi.create(steps, done, {}, { format: barFormat({ before: () => 'all runs', after }) });
  }

  start(run: string, step: number, steps: number): void {
    this.runs.set(run, { bar: this.multi.create(steps, step, { run, figures: '' }), step });
  }

  step(run: string, step: number, figures: string): void {
    const known = this.runs.get(run);
    if (!known) return;
    this.all.increment(step - known.step);
    known.step = step;
    known.bar.update(step, { figures });
  }

  end(run: string, message: string): void {
    const known = this.runs.get(run);
    if (known) {
      this.all.setTotal(this.all.getTotal() - (known.bar.getTotal() - known.step)); // what it did not get to will not come
      this.multi.remove(known.bar);
    }
    this.runs.delete(run);
    this.line(`${run}: ${message}`);
  }

  warn(run: string, text: string): void {
    this.line(warning(`${run}: ${text}`));
  }

  private line(text: string): void {
    this.multi.log(`${text}\n`);
  }

  stop(): void {
    this.multi.stop();
  }
}

/** Milliseconds between lines on how far all runs are. */
const QUIET_RUNS = 15_000;

export class Lines implements Display {
  private readonly steps = new Map<string, number>();
  private done: number;
  private readonly began: { time: number; done: number };
  private last: number;
  private ended = 0;

  constructor(
    private readonly extent: Extent,
    private readonly print: (line: string) => void,
    private readonly clock: () => number,
  ) {
    this.done = extent.done;
    this.last = clock();
    this.began = { time: this.last, done: this.done };
  }

  start(run: string, step: number, steps: number): void {
    this.steps.set(run, step);
    this.print(`${run}: ${step === 0 ? 'begins' : `goes on at step ${step}`} (${steps} steps)`);
  }

  step(run: string, step: number): void {
    this.done += step - (this.steps.get(run) ?? step);
    this.steps.set(run, step);
    const now = this.clock();
    if (now - this.last < QUIET_RUNS) return;
    this.last = now;
    this.print(
      `${this.ended} of ${this.extent.runs} runs ended, ${
        Math.floor((100 * this.done) / this.extent.steps)
      }% of all steps${this.left(now)}`,
    );
  }

  /** `, 60 s left`; nothing as long as no step tells how long one takes. */
  private left(now: number): string {
    const steps = this.done - this.began.done;
    if (steps === 0) return '';
    return `, ${Math.ceil((((now - this.began.time) / steps) * (this.extent.steps - this.done)) / 1000)} s left`;
  }

  end(run: string, message: string): void {
    this.ended++;
    this.print(`${run}: ${message}`);
  }

  warn(run: string, text: string): void {
    this.print(warning(`${run}: ${text}`));
  }

  stop(): void {
    this.steps.clear();
  }
}

/** `loss 0.1234  EM 51.2%`: shares, of which `metrics` tell, in percent as in reports. */
export function figuresText(figures: Figures, metrics: Metrics = {}): string {
  const isShare = (name: string): boolean => Object.hasOwn(metrics, name) && metrics[name].kind === 'share';
  return Object.entries(figures).map(([name, value]) =>
    `${name} ${isShare(name) ? `${(100 * value).toFixed(1)}%` : Number(value.toPrecision(4))}`
  ).join('  ');
}
