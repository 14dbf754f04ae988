import { conv2d, conv2dBackpropFilter, conv2dBackpropInput, fusedConv2d } from './convolution.js';
import { batchMatMul, fusedMatMul } from './mat-mul.js';
import { identity } from './identity.js';
import { maxPoolGrad } from './max-pool-grad.js';
import { reluGrad } from './relu-grad.js';
import { slice } from './slice.js';
import { sum } from './sum.js';
import { unsortedSegmentSum } from './unsorted-segment-sum.js';
import { registerWasmKernel } from './wasm.js';

export { hasFusedProducts, instantiateOn, shareHeap } from './heap.js';
export { createBoard } from './threads.js';

const kernels = [
  batchMatMul,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  fusedConv2d,
  fusedMatMul,
  identity,
  maxPoolGrad,
  reluGrad,
  slice,
  sum,
  unsortedSegmentSum,
];
let registered = false;

/** Registers, once, what the wasm backend lacks for training and what it is slow at. */
export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  for (const kernel of kernels) registerWasmKernel(kernel);
}
