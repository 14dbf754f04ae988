import { Worker } from 'node:worker_threads';
import type { Board } from '../../tfjs/backend/kernels/threads.js';

/** What a helper is given. */
export interface HelperData {
  readonly memory: object;
  readonly board: Board;
  readonly helper: number;
}

/** Starts the helpers of a board; they do not keep the process alive. */
export async function startHelpers(memory: object, board: Board): Promise<void> {
  await Promise.all(Array.from({ length: board.helpers }, async (_, k) => {
    const workerData: HelperData = { memory, board, helper: k + 1 };
    const worker = new Worker(new URL('kernel-thread.js', import.meta.url), { workerData, execArgv: [] });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    worker.unref();
  }));
}
