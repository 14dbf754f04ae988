import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { train } from '../../harness/index.js';

/** What a process holds. */
interface Held {
  /** Megabytes of JavaScript's objects, after their garbage is collected. */
  readonly heap: number;
  /** Megabytes of the backend's memory. */
  readonly wasm: number;
  readonly tensors: number;
}

/** What main.ts reads: the largest memory of the process in megabytes, and what it held at a tenth and at the end. */
export interface Footprint {
  readonly peak: number;
  readonly early: Held;
  readonly late: Held;
}

const [experiment, count, folder] = process.argv.slice(2);
const steps = Number(count);
const held = new Map<number, Held>();
await train(experiment, {
  folder,
  backend: 'wasm',
  changes: { steps },
  onStep: (step) => {
    if (step === Math.ceil(steps / 10) || step === steps) held.set(step, holding());
  },
});
const [early, late] = held.values();
const peak = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ peak, early, late } satisfies Footprint));

function holding(): Held {
  globalThis.gc?.();
  const megabytes = (bytes: number): number => bytes / 2 ** 20;
  const { HEAPU8 } = (tf.backend() as BackendWasm).wasm as unknown as { readonly HEAPU8: Uint8Array }; // Emscripten's
  return {
    heap: megabytes(process.memoryUsage().heapUsed),
    wasm: megabytes(HEAPU8.buffer.byteLength),
    tensors: tf.memory().numTensors,
  };
}
