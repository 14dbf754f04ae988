import { type Bar, MultiBar } from 'cli-progress';
import { note } from './output.js';

/** How a comparison tells a person how its runs go; on standard error, since results go to standard output. */
export interface Display {
  /** A run begins, or goes on, at `step` of `steps`. */
  start(run: string, step: number, steps: number): void;
  step(run: string, step: number, figures: string): void;
  /** A run is over; `message` says how. */
  end(run: string, message: string): void;
  line(text: string): void;
  stop(): void;
}

/** What all runs come to. */
export interface Extent {
  readonly runs: number;
  readonly steps: number;
  /** Steps that earlier calls have done. */
  readonly done: number;
}

/** A bar for each run that is under way and one for all on a terminal, elsewhere lines. */
export function openDisplay(extent: Extent): Display {
  return process.stderr.isTTY ? new Bars(extent) : new Lines(extent, note, () => performance.now());
}

const look = {
  barCompleteChar: '#',
  barIncompleteChar: '.',
  barsize: 24,
  hideCursor: true,
  clearOnComplete: true,
  etaBuffer: 400,
  emptyOnZero: true,
};

class Bars implements Display {
  private readonly multi = new MultiBar({ ...look, format: '{run}  {bar} {value}/{total}  {figures}' });
  private readonly all: Bar;
  private readonly runs = new Map<string, { bar: Bar; step: number }>();

  constructor({ steps, done }: Extent) {
    this.all = this.multi.create(steps, done, {}, { format: 'all runs  {bar} {percentage}%  {eta_formatted} left' });
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

  line(text: string): void {
    this.multi.log(`${text}\n`);
  }

  stop(): void {
    this.multi.stop();
  }
}

/** Milliseconds between lines on how far all runs are. */
const QUIET = 15_000;

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
    this.line(`${run}: ${step === 0 ? 'begins' : `goes on at step ${step}`} (${steps} steps)`);
  }

  step(run: string, step: number): void {
    this.done += step - (this.steps.get(run) ?? step);
    this.steps.set(run, step);
    const now = this.clock();
    if (now - this.last < QUIET) return;
    this.last = now;
    this.line(
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
    this.line(`${run}: ${message}`);
  }

  line(text: string): void {
    this.print(text);
  }

  stop(): void {
    this.steps.clear();
  }
}
