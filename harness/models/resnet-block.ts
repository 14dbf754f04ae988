import * as tf from '@tensorflow/tfjs-core';
import { LossError } from '../../core/errors.js';
import type { Rng } from '../../core/random/rng.js';
import { bordered, maxPool } from '../../tfjs/layers.js';
import { type BatchNorm, createBatchNorm } from './batch-norm.js';
import { normalWeights, uniformWeights } from './layers.js';
import { defineModel } from './define-model.js';
import type { Mode } from './model.js';

const CHANNELS = 64;
/** Pixels that become one entry: the first convolution and the pooling halve both sides. */
const STRIDE = 4;

/**
 * The first block of ResNet18 and a pooling to cells: x (N, height, width, channels) -> y (N, m), row-major, m square
 * tiles that cover the picture and have sides of a multiple of 4 pixels.
 *
 *     conv 7x7, 64, stride 2 - batch norm - ReLU - max-pool 3x3, stride 2 - two residual blocks - max-pool to the cells - mean of 64 channels
 *     residual block: ReLU(h + conv 3x3 - batch norm - ReLU - conv 3x3 - batch norm)
 *
 * 157,504 weights for three channels. Means of what ReLU leaves are not below zero, as costs must not be. The first
 * convolution starts uniform on +-1/sqrt(fan in), the others normal with variance 2 / fan out, the defaults of PyTorch
 * and of torchvision's ResNet.
 *
 * Source: Vlastelica et al., Differentiation of Blackbox Combinatorial Solvers, ICLR 2020; He et al., Deep Residual
 * Learning, CVPR 2016.
 */
export default defineModel({
  name: 'resnet-block',
  title: 'First block of ResNet18, pooled to the cells of a map',
  example: { input: [8, 12, 3], outputs: 6 },

  create(_params, { input, outputs, rng }) {
    const [height, width, channels] = input as [number, number, number];
    const pool = Math.sqrt((height * width) / outputs) / STRIDE;
    if (
      input.length !== 3 || !Number.isInteger(pool) || height % (STRIDE * pool) !== 0 || width % (STRIDE * pool) !== 0
    ) {
      const expected =
        `(height, width, channels) that ${outputs} square tiles with sides of a multiple of ${STRIDE} cover`;
      throw new LossError('SHAPE', `resnet-block: input should be ${expected}, got (${input.join(', ')})`);
    }
    const first = convolutionLayer(7, channels, rng.split(0), 2);
    const blocks = [1, 2].map((k) =>
      [convolutionLayer(3, CHANNELS, rng.split(2 * k - 1)), convolutionLayer(3, CHANNELS, rng.split(2 * k))] as const
    );
    const layers = [first, ...blocks.flat()];
    const variables = layers.flatMap(({ filter, norm }) => [filter, ...norm.variables]);
    const state = layers.flatMap(({ norm }) => norm.state);
    return {
      variables,
      state,
      predict(x, mode = 'evaluation') {
        let h = maxPool(tf.relu(first.apply(x as tf.Tensor4D, mode)), 3, 2, 1);
        for (const [one, two] of blocks) h = tf.relu(tf.add(h, two.apply(tf.relu(one.apply(h, mode)), mode)));
        return tf.reshape(tf.mean(maxPool(h, pool, pool), 3), [-1, outputs]);
      },
      dispose: () => tf.dispose([...variables, ...state]),
    };
  },
});

interface ConvolutionLayer {
  readonly filter: tf.Variable;
  readonly norm: BatchNorm;
  apply(x: tf.Tensor4D, mode: Mode): tf.Tensor4D;
}

/** A convolution without bias, padded by half its side (without strides that is 'same'), and batch normalisation. */
function convolutionLayer(side: number, channels: number, rng: Rng, stride = 1): ConvolutionLayer {
  const shape = [side, side, channels, CHANNELS];
  const first = stride > 1;
  const filter = first
    ? uniformWeights(shape, rng)
    : normalWeights(shape, Math.sqrt(2 / (side * side * CHANNELS)), rng);
  const norm = createBatchNorm(CHANNELS);
  return {
    filter,
    norm,
    apply(x, mode) {
      const weights = filter as tf.Tensor as tf.Tensor4D;
      const [input, pad] = first ? [bordered(x, (side - 1) / 2), 'valid' as const] : [x, 'same' as const];
      return norm.apply(tf.conv2d(input, weights, stride, pad), mode);
    },
  };
}
