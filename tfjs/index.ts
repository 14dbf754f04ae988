export { Adam, type AdamOptions } from './adam.js';
export { AdamW, type AdamWOptions } from './adamw.js';
export { type Moments, normaliseBatch } from './batch-norm.js';
export { type Activation, convolution, dense } from './layers.js';
export { injectDirections, injectFisher } from './inject-fisher.js';
export { type Milestone, type OptimizerMoments, type OptimizerOptions, type OptimizerState } from './optimizer.js';
export { Rmsprop, type RmspropOptions } from './rmsprop.js';
export { Sgd, type SgdOptions } from './sgd.js';
export { toBatch, toTensor } from './tensor-batch.js';
export { type KerasLoss, type KerasLossOptions, toKerasLoss } from './to-keras-loss.js';
export { toTensorLayer } from './to-tensor-layer.js';
export {
  type StepInfo,
  type TensorLoss,
  type TensorLossOptions,
  type TensorStep,
  toTensorLoss,
  toTensorStep,
} from './to-tensor-loss.js';
export { type TensorOperator, toTensorOperator } from './to-tensor-operator.js';
export { chooseCurvature, type CurvatureChoice } from '../core/newton/choose-curvature.js';
