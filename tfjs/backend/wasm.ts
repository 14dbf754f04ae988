import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { LossError } from '../../core/errors.js';
import type { Starter } from './backend.js';
import type { Board } from './kernels/threads.js';
import { notInstalled } from './not-installed.js';
import { madeMemory } from './made-memory.js';
import { setBackend } from './set-backend.js';

/** Where the .wasm files of @tensorflow/tfjs-backend-wasm are: their folder, or the URL of each. */
export type WasmPaths = string | Readonly<Partial<Record<WasmFile, string>>>;
type WasmFile = (typeof FILES)[number];

const FILES = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
] as const;

let running: number | undefined;

/** Fetched by those who run wasm. */
const kernels = () => import('./kernels/index.js');

/**
 * WebAssembly, with the kernels that it lacks for training. `pathsOf` is asked once the package is there; `initialise`
 * runs what starts it on several threads, where that takes more than tfjs does by itself; `startHelpers` starts those of
 * our own kernels, which without them run on one.
 */
export function wasmStarter(
  pathsOf: () => WasmPaths | undefined,
  initialise: (threads: number, start: () => Promise<void>) => Promise<void>,
  startHelpers?: (memory: object, board: Board) => Promise<void>,
): Starter {
  return {
    async start(asked) {
      const threads = asked ?? running ?? 1;
      const wasm = await import('@tensorflow/tfjs-backend-wasm').catch(
        notInstalled('@tensorflow/tfjs-backend-wasm'),
      );
      if (running === undefined) {
        const paths = pathsOf();
        if (paths !== undefined) wasm.setWasmPaths(typeof paths === 'string' ? paths : completed(paths));
        wasm.setThreadsCount(threads);
        tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', threads > 1);
      }
      const start = (): Promise<void> => setBackend('wasm');
      const memory = await madeMemory(() =>
        threads > 1 && running === undefined ? initialise(threads, start) : start()
      );
      if (wasm.getThreadsCount() !== threads && threads > 1) {
        throw new LossError('UNSUPPORTED', `wasm started ${wasm.getThreadsCount()} thread(s) instead of ${threads}`);
      }
      const { createBoard, instantiateOn, registerWasmKernels, shareHeap } = await kernels();
      const backend = tf.backend() as BackendWasm;
      instantiateOn(backend, memory);
      if (threads > 1 && running === undefined && startHelpers) {
        const board = createBoard(threads - 1);
        await startHelpers(shareHeap(backend, board), board);
      }
      running = threads;
      registerWasmKernels();
      return threads;
    },

    hasFma: async () => (await kernels()).hasFusedProducts(),

    checkThreads(threads) {
      if (running !== undefined && threads !== undefined && running !== threads) {
        const here = `wasm runs on ${running} thread(s) in this process`;
        throw new LossError('UNSUPPORTED', `useBackend: ${here}, cannot change to ${threads}`);
      }
    },
  };
}

/** tfjs wants the URLs of all files, also of those that it will not fetch: else they are beside the page. */
function completed(paths: Readonly<Partial<Record<WasmFile, string>>>): Record<WasmFile, string> {
  return Object.fromEntries(FILES.map((file) => [file, paths[file] ?? file])) as Record<WasmFile, string>;
}
