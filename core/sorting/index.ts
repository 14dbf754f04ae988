/** What sorting losses are made of: networks and rows of soft permutations, their cross-entropies, operators. */
export { neuralsort as neuralsortKernel, softsort as softsortKernel } from '../kernels/kernels.js';
export { normalCdf, normalDensity, normalLogDerivatives } from '../random/normal.js';
export { crossEntropySchema } from './cross-entropy.js';
export {
  defineNetworkLoss,
  defineRowLoss,
  ranksSchema,
  sampleRankings,
  sortingCapabilities,
} from './define-sorting-loss.js';
export { type SoftPermutation } from './pull-back.js';
export { type RowRelaxation } from './row-samples.js';
export { ALGEBRAIC_LEAST, LEAST, logarithmOfF, logisticSigmoid, type Sigmoid } from './sigmoid.js';
export { type SoftOperator, softOperators, type SoftOperators, type SoftResults } from './soft-operators.js';
