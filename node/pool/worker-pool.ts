import { availableParallelism } from 'node:os';
import type { Batch } from '../../core/batch.js';
import { LossError } from '../../core/errors.js';
import { reasonOf, textOf } from '../../core/messages.js';
import { expectPlugin, isObject } from '../../core/plugin-calls.js';
import type { AlgorithmPlugin } from '../../core/algorithms/algorithm.js';
import { createAlgorithm } from '../../core/algorithms/checked-algorithm.js';
import { MOST_THREADS, type Pool } from '../../core/algorithms/pool.js';
import { solveAsReady, solveRows } from '../../core/algorithms/solve-rows.js';
import { Crew } from './crew.js';
import { Job, type Work } from './job.js';
import type { Recipe, Shape } from './protocol.js';

export interface WorkerPoolOptions {
  /** Milliseconds that the rest of a batch must be expected to take on one thread; else the others are not woken. */
  readonly worthwhile?: number;
  /**
   * Milliseconds for which batches are solved without workers when one does not come back from rows that it has taken;
   * then there are new ones.
   */
  readonly patience?: number;
  /** Is told when a worker is lost, or cannot make an algorithm. */
  readonly warn?: (message: string) => void;
}

const defaults: Required<WorkerPoolOptions> = {
  worthwhile: 0.5,
  patience: 1000,
  warn: (message) => process.emitWarning(message),
};

/** An algorithm, for all threads and for this one. */
interface Task {
  readonly recipe: Recipe;
  /** Milliseconds that a row took in the last batch that was shared; 0 before the first. */
  pace: number;
}

/** The folder that holds the running core/. */
const ROOT = new URL('../../', import.meta.url);
/** Milliseconds in which rows are solved before it is decided whether others help. */
const TRIAL = 0.02;
/** Rows that take as many milliseconds are worth it without a trial. */
const SLOW = 0.2;
/** Bytes of shared memory for a part of a batch; longer batches are solved in several parts. */
const PART = 2 ** 25;
/** After that many losses of workers in a row, the calling thread goes on alone. */
const MOST_LOSSES = 3;
/** Jobs after which a loss does not follow from the one before. */
const LONG_SERVICE = 100;

/**
 * Threads on which algorithms solve the rows of a batch, the calling thread being one of them. The call stays
 * synchronous: what needs the solutions, a loss's `evaluate`, does; therefore these are node:worker_threads on shared
 * memory, and not one of the asynchronous pools.
 *
 * Solutions are those of one thread, bit by bit, since each is a function of its row of costs; an error is that of the
 * first row that has one. A thread that is late, fails or ends costs time, never a result. Workers start with the first
 * batch that is worth it, are not waited for until they have begun, sleep between batches, and do not keep the process
 * alive.
 */
export class WorkerPool implements Pool {
  private crew: Crew | undefined;
  private losses = 0;
  private recipes = 0;
  private busy = false;
  private closed = false;
  private shared = 0;
  private readonly options: Required<WorkerPoolOptions>;

  /**
   * PARAMS unless `threads`, the calling one included, is a whole number from 1 to 1024, or where the options are not
   * what they should be.
   */
  constructor(
    readonly threads: number = Math.min(availableParallelism(), MOST_THREADS),
    options: WorkerPoolOptions = {},
  ) {
    if (!Number.isSafeInteger(threads) || threads < 1 || threads > MOST_THREADS) {
      throw new LossError(
        'PARAMS',
        `WorkerPool: threads should be a whole number from 1 to ${MOST_THREADS}, got ${textOf(threads)}`,
      );
    }
    this.options = resolved(options);
  }

  /** Rows that threads other than the calling one have solved so far. */
  get rowsShared(): number {
    return this.shared;
  }

  /**
   * The plugin, with algorithms that solve batches on this pool. `module`: the URL whose default export it is, from
   * which each worker makes its own; or its path from this package's root.
   */
  parallel(plugin: AlgorithmPlugin, module: string): AlgorithmPlugin {
    expectPlugin('algorithm', plugin);
    if (typeof module !== 'string') {
      throw new LossError('PARAMS', `WorkerPool: module should be the URL of a module, got ${textOf(module)}`);
    }
    return {
      ...plugin,
      create: (params) => {
        const algorithm = createAlgorithm(plugin, params);
        const task = { recipe: { id: this.recipes++, module: new URL(module, ROOT).href, params }, pace: 0 };
        return { solveRows: (costs, into, ready) => this.solve(task, { algorithm, costs, into, ready }), ...algorithm };
      },
    };
  }

  /** Ends the workers. Algorithms can still be used, on one thread. */
  async close(): Promise<void> {
    this.closed = true;
    const { crew } = this;
    this.crew = undefined;
    await crew?.dismiss();
  }

  private solve(task: Task, work: Work): void {
    const { rows } = work.costs;
    let from = this.trial(task, work);
    if (from === rows) return;
    this.busy = true;
    try {
      const most = Math.max(1, Math.floor(PART / 8 / (1 + work.costs.cols + work.into.w.cols)));
      for (; from < rows; from += most) this.solvePart(task, partOf(work, from, Math.min(from + most, rows)));
    } finally {
      this.busy = false;
    }
  }

  /**
   * Solves rows until it is known what the rest takes, and the rest too where it is not worth waking others: the number
   * of rows solved.
   */
  private trial({ pace }: Task, { algorithm, costs, into, ready }: Work): number {
    const { rows } = costs;
    let solved = 0;
    if (this.threads > 1 && !this.busy && !this.closed && this.losses < MOST_LOSSES) {
      if (pace > SLOW && rows > 1) return 0;
      let spent = 0;
      while (solved < rows && spent < TRIAL) {
        ready(solved + 1);
        const start = performance.now();
        solveRows(algorithm, costs, into, solved, solved + 1);
        solved++;
        spent += performance.now() - start;
      }
      if ((spent / solved) * (rows - solved) > this.options.worthwhile) return solved;
    }
    solveAsReady(algorithm, costs, into, ready, solved);
    return rows;
  }

  private solvePart(task: Task, work: Work): void {
    const { algorithm, costs, into, ready } = work;
    const { rows, cols } = costs;
    const shape: Shape = {
      rows,
      cols,
      width: into.w.cols,
      chunk: Math.min(16, Math.max(1, Math.floor(rows / (16 * this.threads)))),
    };
    const crew = (this.crew ??= this.hire());
    const memory = crew?.open(task.recipe, shape);
    if (!crew || !memory) {
      if (crew && crew.lateness > this.options.patience) this.lose(crew, 'it does not come back');
      return solveAsReady(algorithm, costs, into, ready, 0);
    }
    const job = new Job(crew, shape, memory, work);
    try {
      job.run();
    } finally {
      this.shared += job.shared;
      if (job.pace < Infinity) task.pace = job.pace;
    }
  }

  /** Starts workers; none where that fails, or workers were lost too often. */
  private hire(): Crew | undefined {
    if (this.losses >= MOST_LOSSES) return undefined;
    try {
      const crew: Crew = new Crew(this.threads - 1, {
        lost: (reason) => this.lose(crew, reason),
        warn: this.options.warn,
      });
      return crew;
    } catch (error) {
      this.losses = MOST_LOSSES;
      this.options.warn(`workers cannot be started, one thread solves: ${reasonOf(error)}`);
      return undefined;
    }
  }

  /** A worker of the crew is lost: the next batch has another crew, unless that has happened several times on end. */
  private lose(crew: Crew, reason: string): void {
    if (crew !== this.crew) return;
    this.crew = undefined;
    this.losses = crew.jobs > LONG_SERVICE ? 1 : this.losses + 1;
    const next = this.losses < MOST_LOSSES ? 'others are started' : 'from now on one thread solves';
    this.options.warn(`a worker that solves rows of batches is lost (${reason}): ${next}`);
    void crew.dismiss();
  }
}

/** Options with defaults filled, or a PARAMS error. */
function resolved(options: WorkerPoolOptions): Required<WorkerPoolOptions> {
  if (!isObject(options)) {
    throw new LossError('PARAMS', `WorkerPool: options should be an object, got ${textOf(options)}`);
  }
  const { worthwhile, patience, warn } = { ...defaults, ...options };
  for (const [what, value] of Object.entries({ worthwhile, patience })) {
    if (typeof value === 'number' && value >= 0) continue;
    throw new LossError('PARAMS', `WorkerPool: ${what} should be a number of milliseconds, got ${textOf(value)}`);
  }
  if (typeof warn !== 'function') {
    throw new LossError('PARAMS', `WorkerPool: warn should be a function, got ${textOf(warn)}`);
  }
  return { worthwhile, patience, warn };
}

function partOf({ algorithm, costs, into, ready }: Work, from: number, to: number): Work {
  const rows = (batch: Batch): Batch => ({
    rows: to - from,
    cols: batch.cols,
    data: batch.data.subarray(from * batch.cols, to * batch.cols),
  });
  return {
    algorithm,
    costs: rows(costs),
    into: { w: rows(into.w), objective: into.objective.subarray(from, to) },
    ready: (end) => ready(from + end),
  };
}
