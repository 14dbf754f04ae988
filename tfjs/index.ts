export { Adam, type AdamOptions, type AdamState, type Milestone } from './adam.js';
export { type Moments, normaliseBatch } from './batch-norm.js';
export { type Activation, convolution, dense } from './layers.js';
export { injectDirections, injectFisher } from './inject-fisher.js';
export { toTensorLayer } from './to-tensor-layer.js';
export { type StepInfo, type TensorLoss, type TensorLossOptions, toTensorLoss } from './to-tensor-loss.js';
export { chooseCurvature, type CurvatureChoice } from '../core/newton/choose-curvature.js';
