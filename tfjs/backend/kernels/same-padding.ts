import * as tf from '@tensorflow/tfjs-core';
import { forwardConvolution } from './conv-info.js';
import type { WasmKernel } from './wasm.js';

/**
 * A convolution that is given its 'same' padding in numbers: the wasm backend returns zeros, without an error, where
 * 'same' meets strides larger than the filter.
 */
function paddedByNumbers(name: string): WasmKernel {
  return {
    name,
    replace: (original) => (inputs, attrs, backend) => {
      if (attrs['pad'] !== 'same') return original(inputs, attrs, backend);
      const { top, bottom, left, right } = forwardConvolution(inputs['x'].shape, inputs['filter'].shape, attrs).padInfo;
      return original(inputs, { ...attrs, pad: [[0, 0], [top, bottom], [left, right], [0, 0]] }, backend);
    },
  };
}

export const conv2d = paddedByNumbers(tf.Conv2D);
export const fusedConv2d = paddedByNumbers(tf.FusedConv2D);
