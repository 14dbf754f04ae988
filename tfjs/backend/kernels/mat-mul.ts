import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { dispose, reshaped, transpose, type WasmKernel } from './wasm.js';

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
export const fusedMatMul = ofMatricesToo(transposingFirst(tf._FusedMatMul));

/** The backend's fused product is one of batches: that of two matrices is one of batches of one. */
function ofMatricesToo({ name, replace }: WasmKernel): WasmKernel {
  return {
    name,
    replace: (original) =>
      replace((inputs, attrs, backend) => {
        const { a, b } = inputs;
        if (a.shape.length > 2 || b.shape.length > 2) return original(inputs, attrs, backend);
        const batches = { ...inputs, a: reshaped(a, [1, ...a.shape]), b: reshaped(b, [1, ...b.shape]) };
        const out = original(batches, attrs, backend);
        return reshaped(out, out.shape.slice(1));
      }),
  };
}
