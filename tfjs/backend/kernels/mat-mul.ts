import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { ACTIVATIONS } from './activations.js';
import { addressOf, compute, heapKernels } from './heap.js';
import { type Attrs, type Compute, dispose, type Inputs, transpose, type WasmKernel } from './wasm.js';

/**
 * A product of matrices, plain or transposed, with bias and activation in the same pass. The backend's own, which is
 * slower, and on transposed operands, as those of every gradient are, ten times, has other activations.
 */
function product(name: string): WasmKernel {
  return {
    name,
    replace: (original) => (inputs, attrs, backend) => {
      const activation = ACTIVATIONS[(attrs['activation'] ?? 'linear') as string];
      const floats = inputs['a'].dtype === 'float32' && inputs['b'].dtype === 'float32';
      if (floats && activation !== undefined) return multiply(inputs, attrs, activation, backend);
      return transposedFirst(original, inputs, attrs, backend);
    },
  };
}

export const batchMatMul = product(tf.BatchMatMul);
export const fusedMatMul = product(tf._FusedMatMul);

/** The operands (..., M, K) and (..., K, N), or their transposes; batches of one meet all of the other's. */
function multiply(
  { a, b, bias }: Inputs,
  { transposeA, transposeB }: Attrs,
  activation: number,
  backend: BackendWasm,
): tf.TensorInfo {
  const [M, K] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2);
  const N = b.shape.at(transposeB ? -2 : -1)!;
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const out = backend.makeOutput([...batch, M, N], 'float32');
  const [A, B, C] = [a, b, out].map((x) => addressOf(backend, x));
  const from = bias ? addressOf(backend, bias) : 0;
  const [aRow, aColumn] = transposeA ? [1, M] : [K, 1];
  const [bRow, bColumn] = transposeB ? [1, K] : [N, 1];
  const [aCount, bCount, count] = [a.shape.slice(0, -2), b.shape.slice(0, -2), batch].map(tf.util.sizeFromShape);
  const parts = { count: M, scratchBytes: heapKernels(backend).scratchBytes(), work: M * K * N };
  for (let i = 0; i < count; i++) {
    const ai = A + 4 * M * K * (i % aCount);
    const bi = B + 4 * K * N * (i % bCount);
    const ci = C + 4 * M * N * i;
    compute(backend, 'multiply', parts, ai, aRow, aColumn, bi, bRow, bColumn, ci, K, N, from, activation);
  }
  return out;
}

function transposedFirst(original: Compute, inputs: Inputs, attrs: Attrs, backend: BackendWasm): tf.TensorInfo {
  const a = plain(backend, inputs['a'], attrs['transposeA'] === true);
  const b = plain(backend, inputs['b'], attrs['transposeB'] === true);
  const out = original({ ...inputs, a, b }, { ...attrs, transposeA: false, transposeB: false }, backend);
  if (a !== inputs['a']) dispose(backend, a);
  if (b !== inputs['b']) dispose(backend, b);
  return out;
}

function plain(backend: BackendWasm, x: tf.TensorInfo, isTransposed: boolean): tf.TensorInfo {
  if (!isTransposed) return x;
  const axes = x.shape.map((_, k) => k);
  axes.push(axes.pop()!, axes.pop()!);
  return transpose(backend, x, axes);
}
