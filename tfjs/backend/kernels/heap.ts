import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { LossError } from '../../../core/errors.js';
import { type Kernel, moduleOf } from '../../../core/kernels/kernels.js';
import {
  type Columns,
  columns,
  type Convolutions,
  convolutions,
  type Pools,
  pools,
  type Products,
  products,
} from '../binary.js';
import { dispose } from './wasm.js';

/** Our kernels on the heap of a backend. */
export interface HeapKernels extends Products, Columns, Convolutions, Pools {}

/** A kernel that computes the parts `first` to `end` of its result, by scratch memory of its own. */
type PartialKernel<Args extends readonly number[]> = (
  ...args: [first: number, end: number, scratch: number, ...args: Args]
) => void;

/** What there is of an Emscripten module beyond its types; memory that threads share is not among its exports. */
interface Heap {
  readonly asm: { readonly memory?: WebAssembly.Memory };
}

const instances = new WeakMap<BackendWasm, HeapKernels>();

/** Instances on the memory of a backend, once; `made` is what it made while it started. UNSUPPORTED without any. */
export function instantiateOn(backend: BackendWasm, made: WebAssembly.Memory | undefined): void {
  if (instances.has(backend)) return;
  const memory = (backend.wasm as unknown as Heap).asm.memory ?? made;
  if (!memory) {
    const what = 'wasm was started on several threads by something else';
    throw new LossError('UNSUPPORTED', `useBackend: ${what}; let useBackend start it`);
  }
  const shared = !(memory.buffer instanceof ArrayBuffer);
  const exportsOf = <Exports>(kernel: Kernel<Exports>): Exports =>
    new WebAssembly.Instance(moduleOf(shared ? kernel.shared! : kernel), { env: { memory } }).exports as Exports;
  instances.set(backend, {
    ...exportsOf(products),
    ...exportsOf(columns),
    ...exportsOf(convolutions),
    ...exportsOf(pools),
  });
}

export function heapKernels(backend: BackendWasm): HeapKernels {
  return instances.get(backend)!;
}

/** All of the `count` parts of a result, with `scratchBytes` of memory. */
export function compute<Args extends readonly number[]>(
  backend: BackendWasm,
  kernel: PartialKernel<Args>,
  count: number,
  scratchBytes: number,
  ...args: Args
): void {
  const scratch = backend.makeOutput([Math.ceil(scratchBytes / 4)], 'float32');
  kernel(0, count, addressOf(backend, scratch), ...args);
  dispose(backend, scratch);
}

/** Where a tensor is on the heap. */
export function addressOf(backend: BackendWasm, { dataId }: { readonly dataId: object }): number {
  return backend.dataIdMap.get(dataId).memoryOffset;
}
