import * as tf from '@tensorflow/tfjs-core';

/** The gradient of one tfjs kernel. */
export interface KernelGradient {
  readonly kernel: string;
  /** Names of the inputs that the gradient needs. */
  readonly saveInputs?: string[] | 'all';
  readonly saveOutput?: boolean;
  /**
   * From dy and what was saved (inputs, then the output) to the gradient of each input, by name or, where the kernel
   * takes a list, by index. They are thunks, so that the gradient of an input that nobody asks for costs nothing; what
   * two of them share is computed outside, since tfjs disposes of what a thunk makes besides its result.
   */
  grad(dy: tf.Tensor, saved: tf.Tensor[], attrs: Attrs): Record<string, () => tf.Tensor> | (() => tf.Tensor)[];
}

/** What tfjs hands over is what the kernel's operation put there. */
export type Attrs = Record<string, never>;

/** Registers a gradient in place of the one that may be there. */
export function registerKernelGradient({ kernel, saveInputs = [], saveOutput = false, grad }: KernelGradient): void {
  if (tf.getGradient(kernel)) tf.unregisterGradient(kernel);
  tf.registerGradient({
    kernelName: kernel,
    ...(saveInputs === 'all' ? { saveAllInputs: true } : { inputsToSave: saveInputs }),
    outputsToSave: [saveOutput],
    gradFunc: (dy, saved, attrs) => grad(dy as tf.Tensor, saved, attrs as unknown as Attrs) as ReturnType<tf.GradFunc>,
  });
}

/** Sums the gradient of a broadcast operand back to the operand's shape: always another tensor than dy. */
export function reduceTo(dy: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, dy.shape);
  if (axes.length === 0) return tf.reshape(dy, shape);
  const sum = tf.sum(dy, axes);
  return tf.util.arraysEqual(sum.shape, shape) ? sum : tf.reshape(sum, shape);
}
