/**
 * What a calling thread and its workers share: `control`, a few words that say what there is to do, and `Memory`, where
 * it is done.
 *
 * A batch is cut into chunks of rows. The caller copies the costs into shared memory, takes chunks from the back, which
 * it solves in place, and copies the solutions of the others out. The workers take chunks from the front, by tickets,
 * as soon as they are there. Each chunk is claimed by compare and exchange. What nobody has done in the end, the caller
 * does: a chunk with a row that is an error, a chunk whose worker is gone or does not get on. Such a worker may still
 * write to the memory: no job is opened until it is out of the last one.
 */

/** Words of `control`; those from ROWS to ASSIGNMENT do not change while a job is open or a worker is BUSY. */
export const JOB = 0; // counts jobs that were opened
export const PUBLISHED = 1; // chunks whose costs are in shared memory, from the front; CLOSED between jobs
export const FRONT = 2; // tickets drawn
export const ROWS = 3;
export const COLS = 4;
export const WIDTH = 5;
export const CHUNK = 6;
export const ASSIGNMENT = 7; // number of the assignment to which the job belongs
export const STATES = 8; // one word for each worker

export const CLOSED = -1;

/** States of a worker. One that is not BUSY does not touch the memory. */
export const IDLE = 0;
export const BUSY = 1;
export const GONE = 2;

/** States of a chunk. */
export const FREE = 0;
export const OWN = 1; // the caller solves it
export const TAKEN = 2; // a worker solves it
export const DONE = 3; // by a worker
export const RETURNED = 4; // could not be done by who had it

export interface Memory {
  /** The state of each chunk. */
  readonly chunks: Int32Array;
  /** Objectives (rows), costs (rows, cols) and solutions (rows, width), one after another. */
  readonly values: Float64Array;
}

export interface Shape {
  readonly rows: number;
  readonly cols: number;
  readonly width: number;
  /** Rows of a chunk, the last one may have fewer. */
  readonly chunk: number;
}

/** How each worker makes an algorithm of its own: `create(params)` of the module's default export. */
export interface Recipe {
  readonly id: number;
  /** URL. */
  readonly module: string;
  readonly params: object;
}

/** Sent to each worker when the algorithm or the memory is another one than before. */
export interface Assignment {
  readonly number: number;
  readonly recipe: Recipe;
  readonly memory: Memory;
}

export interface WorkerData {
  readonly control: Int32Array;
  /** Which of the workers this one is. */
  readonly index: number;
}

export function chunksOf({ rows, chunk }: Shape): number {
  return Math.ceil(rows / chunk);
}

export function valuesOf({ rows, cols, width }: Shape): number {
  return rows * (1 + cols + width);
}

/** Costs and solutions of a job in shared memory. */
export function viewsOf({ values }: Memory, { rows, cols, width }: Shape) {
  const [costs, w, end] = [rows, rows * (1 + cols), rows * (1 + cols + width)];
  return {
    costs: { rows, cols, data: values.subarray(costs, w) },
    solutions: { w: { rows, cols: width, data: values.subarray(w, end) }, objective: values.subarray(0, rows) },
  };
}

/** Milliseconds for which the caller waits for a worker that should be quick. */
export const MOMENT = 0.05;
/** Milliseconds of looking again and again before a thread sleeps; to be woken takes longer than that. */
const SPIN = 0.03;

/** Waits until a word is another than `value`, at most `patience` milliseconds; whether it is. */
export function awaitChange(words: Int32Array, index: number, value: number, patience: number): boolean {
  const start = performance.now();
  while (Atomics.load(words, index) === value) {
    const waited = performance.now() - start;
    if (waited >= patience) return false;
    if (waited > SPIN) Atomics.wait(words, index, value, patience - waited);
  }
  return true;
}

/** Changes a word and wakes those who wait for it. */
export function announce(words: Int32Array, index: number, value: number): void {
  Atomics.store(words, index, value);
  Atomics.notify(words, index);
}
