import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { reasonOf } from '../../core/messages.js';
import type { Algorithm, AlgorithmPlugin } from '../../core/algorithms/algorithm.js';
import { createAlgorithm } from '../../core/algorithms/checked-algorithm.js';
import { solveRows } from '../../core/algorithms/solve-rows.js';
import {
  announce,
  type Assignment,
  ASSIGNMENT,
  awaitChange,
  BUSY,
  CHUNK,
  chunksOf,
  CLOSED,
  COLS,
  DONE,
  FREE,
  FRONT,
  GONE,
  IDLE,
  JOB,
  PUBLISHED,
  type Recipe,
  RETURNED,
  ROWS,
  type Shape,
  STATES,
  TAKEN,
  viewsOf,
  WIDTH,
  type WorkerData,
} from './protocol.js';

/**
 * What a worker of a pool runs: it sleeps until a job is opened, takes chunks of it as long as there are any, and
 * sleeps again.
 */
const { control, index } = workerData as WorkerData;
const state = STATES + index;

let assignment: Assignment | undefined;
/** That of the assignment; absent where it cannot be made here. */
let algorithm: Algorithm | undefined;
/** Algorithms by the id of their recipe, the last used at the end. */
const algorithms = new Map<number, Algorithm>();
const KEPT = 8;
/** The chunk that is being solved, or -1. */
let held = -1;

process.on('exit', () => {
  settle(RETURNED);
  announce(control, state, GONE);
});

for (let seen = 0;;) {
  awaitChange(control, JOB, seen, Infinity);
  const job = Atomics.load(control, JOB);
  if (!visit()) {
    await adopt();
    visit();
  }
  seen = job;
  await nextTurn(); // for whatever else happens on this thread: output, finalisers
}

/**
 * Takes part in the job that is open, if there is one. False where it belongs to an assignment that is still to be
 * read.
 */
function visit(): boolean {
  Atomics.store(control, state, BUSY);
  const open = Atomics.load(control, PUBLISHED) !== CLOSED;
  const known = control[ASSIGNMENT] === assignment?.number;
  if (open && known && algorithm) takeChunks(algorithm, assignment!);
  announce(control, state, IDLE);
  return !open || known;
}

function takeChunks(solver: Algorithm, { memory }: Assignment): void {
  const shape: Shape = { rows: control[ROWS], cols: control[COLS], width: control[WIDTH], chunk: control[CHUNK] };
  const { costs, solutions } = viewsOf(memory, shape);
  const end = chunksOf(shape);
  for (let c = draw(); c < end && isPublished(c); c = draw()) {
    if (Atomics.compareExchange(memory.chunks, c, FREE, TAKEN) !== FREE) return;
    held = c;
    try {
      solveRows(solver, costs, solutions, c * shape.chunk, Math.min((c + 1) * shape.chunk, shape.rows));
      settle(DONE);
    } catch {
      settle(RETURNED); // the caller comes to the same error
      Atomics.store(control, FRONT, end);
    }
  }
}

function draw(): number {
  return Atomics.add(control, FRONT, 1);
}

/** Waits until the costs of chunk c are in shared memory; false where the job is closed before. */
function isPublished(c: number): boolean {
  for (;;) {
    const published = Atomics.load(control, PUBLISHED);
    if (published > c || published === CLOSED) return published > c;
    awaitChange(control, PUBLISHED, published, Infinity);
  }
}

function settle(outcome: number): void {
  if (held >= 0) announce(assignment!.memory.chunks, held, outcome);
  held = -1;
}

/** Reads the last assignment and makes its algorithm. */
async function adopt(): Promise<void> {
  for (let received = receiveMessageOnPort(parentPort!); received; received = receiveMessageOnPort(parentPort!)) {
    assignment = received.message;
  }
  const { recipe } = assignment!;
  algorithm = algorithms.get(recipe.id) ?? (await make(recipe));
  algorithms.delete(recipe.id);
  if (algorithm) algorithms.set(recipe.id, algorithm);
  if (algorithms.size > KEPT) algorithms.delete(algorithms.keys().next().value!);
}

async function make({ module, params }: Recipe): Promise<Algorithm | undefined> {
  try {
    const { default: plugin } = (await import(module)) as { default: AlgorithmPlugin };
    await plugin.load?.();
    return createAlgorithm(plugin, params);
  } catch (error) {
    parentPort!.postMessage(
      `a worker cannot make the algorithm of ${module}, whose rows are left to other threads: ${reasonOf(error)}`,
    );
    return undefined;
  }
}
