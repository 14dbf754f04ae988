import { Worker } from 'node:worker_threads';
import { reasonOf } from '../../core/messages.js';
import {
  announce,
  ASSIGNMENT,
  awaitChange,
  BUSY,
  CHUNK,
  chunksOf,
  CLOSED,
  COLS,
  FREE,
  FRONT,
  JOB,
  type Memory,
  MOMENT,
  PUBLISHED,
  type Recipe,
  ROWS,
  type Shape,
  STATES,
  valuesOf,
  WIDTH,
  type WorkerData,
} from './protocol.js';

interface Listeners {
  /** A worker has ended. */
  readonly lost: (reason: string) => void;
  /** A worker has something to say. */
  readonly warn: (message: string) => void;
}

/**
 * Whether the main program is no file: what node is told then, worker threads would take for themselves, and refuse.
 */
const fromText = process.execArgv.some((word) => word.startsWith('--input-type'));

/** All workers, or none: those that run already are ended where one cannot be started. */
function startAll(size: number, startOne: (index: number) => Worker, { lost, warn }: Listeners): Worker[] {
  const workers: Worker[] = [];
  try {
    for (let index = 0; index < size; index++) workers.push(startOne(index));
  } catch (error) {
    for (const worker of workers) {
      worker.on('error', () => undefined); // nobody waits for it any more
      void worker.terminate();
    }
    throw error;
  }
  for (const worker of workers) {
    worker.on('message', warn);
    worker.on('error', (error) => lost(reasonOf(error)));
    worker.on('exit', (code) => lost(`exit code ${code}`));
    worker.unref(); // last: a listener would keep the process alive again
  }
  return workers;
}

function startWorker(data: WorkerData): Worker {
  const options = { workerData: data, name: 'newton-losses pool', ...(fromText && { execArgv: [] }) };
  return new Worker(new URL('./worker.js', import.meta.url), options);
}

/** Workers, and what the calling thread shares with them. */
export class Crew {
  readonly control: Int32Array;
  private readonly workers: readonly Worker[];
  private memory = allocate(0, 0);
  private recipe: Recipe | undefined;
  private lateSince: number | undefined;

  /** Starts `size` workers, which do not keep the process alive. */
  constructor(
    readonly size: number,
    listeners: Listeners,
  ) {
    this.control = new Int32Array(new SharedArrayBuffer(4 * (STATES + size)));
    this.control[PUBLISHED] = CLOSED;
    this.workers = startAll(size, (index) => startWorker({ control: this.control, index }), listeners);
  }

  /**
   * Opens a job: workers begin to draw tickets. Absent where one is still in the last job, with a chunk that was solved
   * without it.
   */
  open(recipe: Recipe, shape: Shape): Memory | undefined {
    for (let index = 0; index < this.size; index++) {
      if (awaitChange(this.control, STATES + index, BUSY, MOMENT)) continue;
      this.lateSince ??= performance.now();
      return undefined;
    }
    this.lateSince = undefined;
    this.assign(recipe, shape);
    const { control, memory } = this;
    [control[ROWS], control[COLS], control[WIDTH], control[CHUNK]] = [shape.rows, shape.cols, shape.width, shape.chunk];
    memory.chunks.fill(FREE, 0, chunksOf(shape));
    Atomics.store(control, FRONT, 0);
    Atomics.store(control, PUBLISHED, 0);
    announce(control, JOB, Atomics.load(control, JOB) + 1);
    return memory;
  }

  /** Milliseconds for which jobs have not been opened since a worker is late. */
  get lateness(): number {
    return this.lateSince === undefined ? 0 : performance.now() - this.lateSince;
  }

  /** Jobs that were opened. */
  get jobs(): number {
    return this.control[JOB];
  }

  /** From now on nobody enters the job; who is still in it is waited for before the next one. */
  close(): void {
    announce(this.control, PUBLISHED, CLOSED);
  }

  async dismiss(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  /** Makes workers read what they need to know of the job, if they do not know it. */
  private assign(recipe: Recipe, shape: Shape): void {
    const { chunks, values } = this.memory;
    const [chunksNeeded, valuesNeeded] = [chunksOf(shape), valuesOf(shape)];
    const fits = chunksNeeded <= chunks.length && valuesNeeded <= values.length;
    if (recipe === this.recipe && fits) return;
    if (!fits) {
      this.memory = allocate(Math.max(chunksNeeded, 2 * chunks.length), Math.max(valuesNeeded, 2 * values.length));
    }
    this.recipe = recipe;
    const number = ++this.control[ASSIGNMENT]; // the first is 1
    this.workers.forEach((worker) => worker.postMessage({ number, recipe, memory: this.memory }));
  }
}

function allocate(chunks: number, values: number): Memory {
  return {
    chunks: new Int32Array(new SharedArrayBuffer(4 * chunks)),
    values: new Float64Array(new SharedArrayBuffer(8 * values)),
  };
}
