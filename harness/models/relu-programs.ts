import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../../core/batch.js';
import { relu } from '../../core/convex/gallery.js';
import { convexLayer, type LayerSolution } from '../../core/convex/layer.js';
import { parameters } from '../../core/parameters.js';
import { LossError } from '../../core/errors.js';
import type { Factors } from '../../core/factors.js';
import { dense } from '../../tfjs/layers.js';
import { toTensorLayer } from '../../tfjs/to-tensor-layer.js';
import { toBatch } from '../../tfjs/tensor-batch.js';
import { affineBySample, createLayer, type Layer, normalWeights, repeatedBySample, variablesOf } from './layers.js';
import { defineModel } from './define-model.js';
import { atOutputs, beforeAffine, beforeProgram, byParameters, type SecondOrder } from './second-order.js';

/** Barrier parameter of derivatives at a kink. */
const SMOOTHING = 1e-6;

/**
 * A network whose hidden layers are convex programs: x (N, inputs) -> y (N, m), layer by layer
 *
 *     a = u W + b,    next u = the h that minimises |h - a|^2 subject to h >= 0
 *
 * and a linear layer at the end. W and b of the programs start normal with mean 0, those of the last layer as PyTorch
 * has them. A sample with a unit at its kink, a = 0 to rounding, has the derivatives of the central path at barrier
 * parameter 1e-6 instead. Newton steps can be taken at the parameters (W, b) of each program, with their exact
 * Hessian.
 *
 * Source: the example "ReLU Layers" of Agrawal et al., Differentiable convex optimization layers, NeurIPS 2019
 * (cvxpylayers); Petersen et al., Newton Losses, NeurIPS 2024, appendix G.
 */
export default defineModel({
  name: 'relu-programs',
  title: 'ReLU layers as convex programs, and a linear layer',
  params: parameters({
    units: {
      type: 'array',
      items: { type: 'integer', minimum: 1, maximum: 10_000 },
      minItems: 1,
      default: [20, 20],
      description: 'of each layer that is a program',
    },
    deviation: {
      type: 'number',
      exclusiveMinimum: 0,
      default: 1e-3,
      description: 'of their weights and biases to begin with',
    },
  }),
  layers: { hessian: true },

  create({ units, deviation }, { input, outputs, rng }) {
    if (input.length !== 1) {
      const expected = '(inputs), one vector a sample';
      throw new LossError('SHAPE', `relu-programs: input should be ${expected}, got (${input.join(', ')})`);
    }
    const widths = [input[0], ...units];
    const layers = units.map((width, k): Layer => ({
      weight: normalWeights([widths[k], width], deviation, rng.split(k).split(0)),
      bias: normalWeights([width], deviation, rng.split(k).split(1)),
    }));
    const programs = units.map(reluProgram);
    const last = createLayer([widths.at(-1)!, outputs], rng.split(units.length));
    const variables = variablesOf([...layers, last]);
    return {
      variables,
      predict(x) {
        const h = layers.reduce((u, { weight, bias }, k) => programs[k](dense(u, weight, bias, 'linear')), x);
        return dense(h, last.weight, last.bias, 'linear');
      },
      through(x, inject) {
        const passes: LayerPass[] = [];
        const h = layers.reduce((u, layer, k) => {
          const a = affineBySample(u, inject(repeatedBySample(layer, u.shape[0]), k), layer.weight.shape);
          return programs[k](
            a,
            (solution) =>
              passes.push({ u: toBatch(u, 'relu-programs'), W: toBatch(layer.weight, 'relu-programs'), solution }),
          );
        }, x);
        const W = toBatch(last.weight, 'relu-programs');
        return {
          y: dense(h, last.weight, last.bias, 'linear'),
          hessians: (loss) => hessiansOf(passes, beforeAffine(atOutputs(loss), W)),
        };
      },
      dispose: () => tf.dispose(variables),
    };
  },
});

/** The ReLU of a (N, n) by the program. */
function reluProgram(n: number): (a: tf.Tensor, onSolution?: (solution: LayerSolution) => void) => tf.Tensor {
  const { problem, parameter, solution } = relu(n);
  const derivative = { derivative: 'auto', smoothing: SMOOTHING } as const;
  const layer = convexLayer(problem, { parameters: [parameter], variables: [solution], ...derivative });
  return (a, onSolution) => toTensorLayer(layer, onSolution)(a)[0];
}

/** What second derivatives need of a pass through a layer. */
interface LayerPass {
  /** (N, in) */
  readonly u: Batch;
  readonly W: Batch;
  readonly solution: LayerSolution;
}

/** By the parameters of each layer, from the derivatives by what the last one gives. */
function hessiansOf(passes: readonly LayerPass[], after: SecondOrder): Factors[] {
  const hessians: Factors[] = [];
  let at = after;
  for (const { u, W, solution } of [...passes].reverse()) {
    const beforeSolution = beforeProgram(at, solution);
    hessians.unshift(byParameters(beforeSolution, u));
    at = beforeAffine(beforeSolution, W);
  }
  return hessians;
}
