import { createRequire } from 'node:module';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Stands in for @tensorflow/tfjs-node, or with `?gpu` behind its name for @tensorflow/tfjs-node-gpu (see
 * fake-packages.ts): the same way of registering, with the kernels of plain JavaScript. What is wrong with it is the
 * value of FAKE_TFJS_NODE or FAKE_TFJS_NODE_GPU.
 */
const isGPUPackage = import.meta.url.endsWith('?gpu');
const state = process.env[isGPUPackage ? 'FAKE_TFJS_NODE_GPU' : 'FAKE_TFJS_NODE'];
const util = createRequire(import.meta.url)('node:util') as { isNullOrUndefined(value: unknown): boolean };

if (state === 'no-addon') throw new Error("There is no addon at /lost. \nPlease run 'npm rebuild' to \nrebuild it.");
if (state === 'not-built') {
  throw new Error(
    "The Node.js native addon module (tfjs_binding.node) can not be found at path: /lost. \nPlease run command 'npm rebuild'.",
  );
}
if (state === 'abort') {
  process.stderr.write('libfake: unknown processor\n');
  process.abort();
}

class FakeBackend extends MathBackendCPU {
  readonly isGPUPackage = isGPUPackage;
  readonly isUsingGpuDevice = state === 'gpu' || state === 'gpu-without-kernels';
  readonly threadsAtLoad = process.env['TF_NUM_INTRAOP_THREADS'];
  readonly logLevelAtLoad = process.env['TF_CPP_MIN_LOG_LEVEL'];

  readonly binding = { TF_ATTR_TYPE: 6, TF_FLOAT: 1 };

  constructor() {
    super();
    if (state === 'no-context') throw new Error('no context');
  }

  executeSingleOutput(operation: string, attrs: readonly object[], inputs: readonly tf.Tensor[]): tf.Tensor {
    const expected = JSON.stringify(['ReluGrad', [{ name: 'T', type: 6, value: 1 }]]);
    if (JSON.stringify([operation, attrs]) !== expected) throw new Error(`no such operation: ${operation}`);
    const [dy, y] = inputs.map((input) => tf.engine().makeTensorFromTensorInfo(input));
    return tf.where(tf.greater(y, 0), dy, tf.zerosLike(dy));
  }
}

for (const kernel of tf.getKernelsForBackend('cpu')) {
  tf.registerKernel({
    ...kernel,
    backendName: 'tensorflow',
    kernelFunc(args) {
      if (state === 'gpu-without-kernels') throw new Error('DNN library is not found');
      if (util.isNullOrUndefined(args.inputs)) throw new Error('no inputs');
      return kernel.kernelFunc(args);
    },
  });
}
tf.registerBackend('tensorflow', () => new FakeBackend(), 3);
void tf.setBackend('tensorflow');
if (state === 'gpu') process.stderr.write('I fake: what a fine GPU\n');
if (state === 'no-gpu') process.stderr.write("W fake: Could not load dynamic library 'libcudnn.so.8'; dlerror: none\n");
