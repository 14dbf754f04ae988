import { createRequire } from 'node:module';
import type * as Os from 'node:os';
import path from 'node:path';
import type * as WorkerThreads from 'node:worker_threads';

const require = createRequire(import.meta.url);

/** The folder of the installed @tensorflow/tfjs-backend-wasm. */
export function wasmPackage(): string {
  return path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
}

/**
 * Runs `start`, which initialises the wasm backend, so that its threaded build works in Node.
 *
 * tfjs-backend-wasm 4.22 rules threads out in Node (tensorflow/tfjs#3830): it gives `Worker` a blob: URL, which Node
 * refuses, and the worker a blob to load, which Node cannot read; and it starts at most half as many threads as there
 * are cores. While `start` runs, workers are made from the package's own source on disk and the number of cores reads
 * as twice `threads`. Everything is put back afterwards, and the workers do not keep the process alive.
 */
export async function withNodeThreads(threads: number, start: () => Promise<void>): Promise<void> {
  const workerThreads = require('node:worker_threads') as { Worker: typeof WorkerThreads.Worker };
  const os = require('node:os') as { cpus: typeof Os.cpus };
  const { Worker } = workerThreads;
  const { cpus } = os;
  const globalWorker = Object.getOwnPropertyDescriptor(globalThis, 'Worker'); // emscripten sets it
  const workers: WorkerThreads.Worker[] = [];

  workerThreads.Worker = class extends Worker {
    constructor(file: string | URL, options?: WorkerThreads.WorkerOptions) {
      if (!String(file).startsWith('blob:')) {
        super(file, options);
        return;
      }
      super(workerSource(), { ...options, eval: true, execArgv: [] });
      workers.push(this);
    }

    override postMessage(
      message: { cmd?: string },
      transfer?: Parameters<WorkerThreads.Worker['postMessage']>[1],
    ): void {
      const onDisk = { ...message, urlOrBlob: wasmOut('tfjs-backend-wasm-threaded-simd.js') };
      super.postMessage(message.cmd === 'load' ? onDisk : message, transfer);
    }
  };
  os.cpus = () => Array.from({ length: 2 * threads }, () => cpus()[0]);
  try {
    await start();
  } finally {
    workerThreads.Worker = Worker;
    os.cpus = cpus;
    if (globalWorker) Object.defineProperty(globalThis, 'Worker', globalWorker);
    else Reflect.deleteProperty(globalThis, 'Worker');
    for (const worker of workers) worker.unref();
  }
}

function wasmOut(file: string): string {
  return path.join(wasmPackage(), 'wasm-out', file);
}

/** The line breaks inside the source's string literals are escaped, as the package does before it makes its blob. */
function workerSource(): string {
  const { wasmWorkerContents } = require(wasmOut('tfjs-backend-wasm-threaded-simd.worker.js')) as {
    wasmWorkerContents: string;
  };
  return wasmWorkerContents.replace(/\n/g, '\\n');
}
