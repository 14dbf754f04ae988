import type * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../../core/batch.js';
import type { CheckedLoss } from '../../core/checked.js';
import { LossError } from '../../core/errors.js';
import type { Factors } from '../../core/factors.js';
import type { Evaluation } from '../../core/loss.js';
import { byProducts, lowRank, type Matrices, once } from '../../core/matrices.js';
import {
  type NewtonDiagnostics,
  newtonStep,
  type NewtonStep,
  type ResolvedOptions,
  resolveOptions,
} from '../../core/newton/index.js';
import type { Rng } from '../../core/random/rng.js';
import type { NewtonSettings } from '../experiments/experiment.js';
import type { Injection, LayeredPass, Model } from '../models/index.js';
import type { CurvatureChoice } from '../../core/newton/choose-curvature.js';
import { injectDirections, type TensorStep, toTensorStep } from '../../tfjs/index.js';

/**
 * What a network minimises: `value`, to be differentiated by the weights, with x and targets of a batch and the stream
 * of the step. `skipped` and `diagnostics` are those of the gradient, once it is there.
 */
export type Training = (model: Model, x: tf.Tensor, targets: readonly unknown[], rng: Rng) => TensorStep;

/** Training by a loss with Newton steps where `newton.at` says, of the curvature chosen. */
export function createTraining(loss: CheckedLoss, newton: NewtonSettings, choice: CurvatureChoice): Training {
  const { at, ...options } = { ...newton, curvature: choice.curvature };
  const resolved = resolveOptions(options);
  if (at === 'layers' && !resolved.plain) return atLayers(loss, resolved, choice);
  const step = toTensorStep(loss, options);
  return (model, x, targets, rng) => step(model.predict(x, 'training'), targets, rng);
}

/**
 * The loss itself, of which the parameters of each layer get Newton directions: with g_i and H_i the gradient and
 * Hessian of sample i's loss by a layer's parameters, repeated for each sample, these get the mean of
 *
 *     d_i = (C + lambda I)^-1 g_i,    C = mean_i g_i g_i^T  (fisher),  mean_i H_i  (hessian)
 *
 * each layer by its own C (Petersen et al., Newton Losses, NeurIPS 2024, appendix G, which has Fisher). No H_i is
 * formed: its factors serve. Other parameters get the gradient.
 */
function atLayers(loss: CheckedLoss, options: ResolvedOptions, choice: CurvatureChoice): Training {
  const plainStep = toTensorStep(loss, { curvature: 'none' });
  return (model, x, targets, rng) => {
    const steps: NewtonStep[] = [];
    const pass = through(model, x, (theta, k) => injectDirections(theta, (G) => directions(G, k)));
    const plain = plainStep(pass.y, targets, rng);
    const hessians = once(() => hessiansOf(pass, plain.evaluation));
    const directions = (G: Batch, k: number): Batch => {
      const hessian = (): Matrices => tooLargeForBlocks(hessians()[k]);
      const step = newtonStep({ value: new Float64Array(0), gradient: () => G, hessian }, options);
      steps.push(step);
      return step.direction;
    };
    return {
      ...plain,
      ...choice,
      get skipped() {
        return steps.some(({ skipped }) => skipped);
      },
      diagnostics: () => ofAllLayers(steps.map(({ diagnostics }) => diagnostics())),
    };
  };
}

function through(model: Model, x: tf.Tensor, inject: Injection): LayeredPass {
  if (model.through) return model.through(x, inject);
  throw new LossError('UNSUPPORTED', 'newton: at layers needs a network that has such layers');
}

function hessiansOf(pass: LayeredPass, evaluation: Evaluation): Factors[] {
  if (pass.hessians) return pass.hessians(evaluation);
  const what = 'curvature hessian at layers needs layers with second derivatives; fisher does not';
  throw new LossError('UNSUPPORTED', `newton: ${what}`);
}

/** Matrices by all the parameters of a layer, whose blocks are not to be formed where products serve. */
function tooLargeForBlocks(factors: Factors): Matrices {
  const { times, count, size, mean } = lowRank(factors);
  return { ...byProducts(times, count, size), mean, factors };
}

/** The extremes: the smallest of what is called smallest, the largest of the rest. */
function ofAllLayers(layers: readonly NewtonDiagnostics[]): NewtonDiagnostics {
  const over = (name: keyof NewtonDiagnostics, extreme: (a: number, b: number) => number): number =>
    layers.map((diagnostics) => diagnostics[name]).reduce((a, b) => extreme(a, b));
  return {
    smallestEigenvalue: over('smallestEigenvalue', Math.min),
    largestEigenvalue: over('largestEigenvalue', Math.max),
    conditionNumber: over('conditionNumber', Math.max),
    smallestLambda: over('smallestLambda', Math.min),
    largestLambda: over('largestLambda', Math.max),
    directionToGradient: over('directionToGradient', Math.max),
    nonfiniteShare: over('nonfiniteShare', Math.max),
    skippedShare: over('skippedShare', Math.max),
  };
}
