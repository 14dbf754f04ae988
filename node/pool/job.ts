import type { Batch } from '../../core/batch.js';
import type { Algorithm, Ready } from '../../core/algorithms/algorithm.js';
import type { Solutions } from '../../core/algorithms/algorithm.js';
import { solveRows } from '../../core/algorithms/solve-rows.js';
import type { Crew } from './crew.js';
import {
  announce,
  awaitChange,
  chunksOf,
  DONE,
  FREE,
  FRONT,
  type Memory,
  MOMENT,
  OWN,
  PUBLISHED,
  RETURNED,
  type Shape,
  TAKEN,
  viewsOf,
} from './protocol.js';

/** What a job is about. */
export interface Work {
  readonly algorithm: Algorithm;
  readonly costs: Batch;
  readonly into: Solutions;
  readonly ready: Ready;
}

/** The calling thread's part in a job that `crew` has opened. */
export class Job {
  /** Rows that others have solved. */
  shared = 0;
  /** Milliseconds a row takes here, when nothing comes between. */
  pace = Infinity;

  private readonly views: ReturnType<typeof viewsOf>;
  private readonly end: number;
  /** The chunks from here on are this thread's. */
  private back: number;
  /** Solutions of the chunks before this one are copied. */
  private collected = 0;
  /** Milliseconds of the slowest chunk solved here. */
  private slowest = 0;

  constructor(
    private readonly crew: Crew,
    private readonly shape: Shape,
    private readonly memory: Memory,
    private readonly work: Work,
  ) {
    this.views = viewsOf(memory, shape);
    this.back = this.end = chunksOf(shape);
  }

  /** Solves all rows with the others, or throws the error of the first row that has one. */
  run(): void {
    try {
      this.publish();
      while (this.takeFromBack());
      for (let c = this.collected; c < this.end; c++) this.finish(c);
    } finally {
      this.crew.close();
    }
  }

  /** Solves one chunk; false where none is left, or it is an error. */
  private takeFromBack(): boolean {
    this.collect();
    const c = this.back - 1;
    if (Atomics.load(this.crew.control, FRONT) > c || !this.claim(c)) return false;
    this.back = c;
    try {
      this.solve(c);
      return true;
    } catch {
      Atomics.store(this.memory.chunks, c, RETURNED); // rows before it may be errors too: `finish` comes to the first
      Atomics.store(this.crew.control, FRONT, this.end);
      return false;
    }
  }

  /** Makes and copies all costs for the workers, who begin with the first chunk as soon as it is there. */
  private publish(): void {
    for (let c = 0; c < this.end; c++) {
      const [from, to] = this.rowsOf(c);
      this.work.ready(to);
      copyRows(this.work.costs, this.views.costs, from, to);
      announce(this.crew.control, PUBLISHED, c + 1);
    }
  }

  /** Copies what others have solved, as far as it is without gaps. */
  private collect(): void {
    while (this.collected < this.back && Atomics.load(this.memory.chunks, this.collected) === DONE) {
      this.copyOut(this.collected++);
    }
  }

  /**
   * Sees to it that chunk c is solved: here, if who has it takes much longer than any chunk took, since its thread may
   * not be running.
   */
  private finish(c: number): void {
    const { chunks } = this.memory;
    if (!this.claim(c)) {
      awaitChange(chunks, c, TAKEN, MOMENT + 3 * this.slowest);
      const state = Atomics.load(chunks, c);
      if (state === DONE) this.copyOut(c);
      if (state === DONE || state === OWN) return;
    }
    this.solve(c);
  }

  private claim(c: number): boolean {
    return Atomics.compareExchange(this.memory.chunks, c, FREE, OWN) === FREE;
  }

  private solve(c: number): void {
    const { algorithm, costs, into } = this.work;
    const start = performance.now();
    const [from, to] = this.rowsOf(c);
    solveRows(algorithm, costs, into, from, to);
    const spent = performance.now() - start;
    this.slowest = Math.max(this.slowest, spent);
    this.pace = Math.min(this.pace, spent / (to - from));
  }

  private copyOut(c: number): void {
    const [from, to] = this.rowsOf(c);
    const { w, objective } = this.views.solutions;
    copyRows(w, this.work.into.w, from, to);
    this.work.into.objective.set(objective.subarray(from, to), from);
    this.shared += to - from;
  }

  private rowsOf(c: number): [from: number, to: number] {
    const { rows, chunk } = this.shape;
    return [c * chunk, Math.min((c + 1) * chunk, rows)];
  }
}

function copyRows({ data, cols }: Batch, into: Batch, from: number, to: number): void {
  into.data.set(data.subarray(from * cols, to * cols), from * cols);
}
