import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { dispose, transpose, type WasmKernel } from './wasm.js';

/**
 * A matrix product that transposes its transposed operands first: the wasm backend has a fast product (XNNPACK) for
 * plain operands only and is about ten times slower on the others, which are those of every gradient.
 */
function transposingFirst(name: string): WasmKernel {
  return {
    name,
    replace: (original) => (inputs, attrs, backend) => {
      const a = plain(backend, inputs['a'], attrs['transposeA'] === true);
      const b = plain(backend, inputs['b'], attrs['transposeB'] === true);
      const out = original({ ...inputs, a, b }, { ...attrs, transposeA: false, transposeB: false }, backend);
      if (a !== inputs['a']) dispose(backend, a);
      if (b !== inputs['b']) dispose(backend, b);
      return out;
    },
  };
}

function plain(backend: BackendWasm, x: tf.TensorInfo, isTransposed: boolean): tf.TensorInfo {
  if (!isTransposed) return x;
  const axes = x.shape.map((_, k) => k);
  axes.push(axes.pop()!, axes.pop()!);
  return transpose(backend, x, axes);
}

export const batchMatMul = transposingFirst(tf.BatchMatMul);
export const fusedMatMul = transposingFirst(tf._FusedMatMul);
