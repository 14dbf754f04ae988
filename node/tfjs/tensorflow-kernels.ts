import * as tf from '@tensorflow/tfjs-core';
import { RELU_GRAD } from '../../tfjs/backend/gradients/relu.js';

/** What is used of the backend that tfjs-node registers. */
interface TensorFlow {
  readonly binding: { readonly TF_ATTR_TYPE: number; readonly TF_FLOAT: number };
  executeSingleOutput(operation: string, attrs: readonly object[], inputs: readonly tf.TensorInfo[]): tf.TensorInfo;
}

/**
 * Registers, once, an operation of TensorFlow that tfjs-node 4.22 does not hand on: it makes a step of eight others, for
 * which it fills arrays in JavaScript.
 */
export function registerTensorFlowKernels(): void {
  if (tf.getKernel(RELU_GRAD, 'tensorflow')) return;
  tf.registerKernel({
    kernelName: RELU_GRAD,
    backendName: 'tensorflow',
    kernelFunc({ inputs, backend }) {
      const { dy, y } = inputs as { readonly dy: tf.TensorInfo; readonly y: tf.TensorInfo };
      const tensorFlow = backend as TensorFlow;
      const { TF_ATTR_TYPE, TF_FLOAT } = tensorFlow.binding;
      return tensorFlow.executeSingleOutput('ReluGrad', [{ name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT }], [dy, y]);
    },
  });
}
