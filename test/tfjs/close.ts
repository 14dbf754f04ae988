import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { createRng } from '../../core/random/rng.js';

/** |actual - expected| <= tolerance * max |expected|, entry by entry. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = 'entry',
): void {
  expect(actual.length, `${what}: length`).to.equal(expected.length);
  const scale = Array.from(expected).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  for (let k = 0; k < expected.length; k++) {
    expect(actual[k], `${what} ${k} of ${expected.length}`).to.be.closeTo(
      expected[k],
      tolerance * scale + Number.MIN_VALUE,
    );
  }
}

/** What `compute` returns on the plain JavaScript backend and on wasm. Leaves wasm current. */
export async function onBoth(compute: () => tf.Tensor[]): Promise<{ cpu: Float32Array[]; wasm: Float32Array[] }> {
  const values = async (backend: string): Promise<Float32Array[]> => {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const out = compute();
    const data = out.map((tensor) => tensor.dataSync() as Float32Array);
    expect(tf.memory().numTensors - before, 'tensors left behind').to.equal(new Set(out).size);
    tf.dispose(out);
    return data;
  };
  return { cpu: await values('cpu'), wasm: await values('wasm') };
}

/** A tensor of normal draws that depend on the seed alone. */
export function normal(shape: number[], seed: number): tf.Tensor {
  const rng = createRng(seed);
  return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => rng.normal()), shape);
}
