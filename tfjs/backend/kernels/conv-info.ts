import * as tf from '@tensorflow/tfjs-core';
import type { Attrs } from './wasm.js';

/** Sizes, strides and padding of a convolution of x with a filter, or of the one whose gradient is asked for. */
export function forwardConvolution(xShape: number[], filterShape: number[], attrs: Attrs): tf.backend_util.Conv2DInfo {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs;
  return tf.backend_util.computeConv2DInfo(
    xShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides as number,
    (dilations ?? 1) as number,
    pad as number,
    dimRoundingMode as 'floor',
    false,
    tf.backend_util.convertConv2DDataFormat((dataFormat ?? 'NHWC') as 'NHWC'),
  );
}
