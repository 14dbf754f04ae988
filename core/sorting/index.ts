/** What sorting losses are made of: networks and rows of soft permutations, their cross-entropies, operators. */
export { normalCdf, normalDensity, normalLogDerivatives } from '../random/normal.js';
export { crossEntropySchema, ranksSchema, sortingCapabilities } from './cross-entropy-options.js';
export { defineNetworkLoss } from './define-network-loss.js';
export {
  neuralSortLogitsPullback,
  softmaxPermutation,
  type SoftPermutation,
  softSortLogitsPullback,
} from './pull-back.js';
export { rowRelaxationLoss, rowRelaxationPermutation } from './row-relaxation.js';
export { sampleRankings } from './sample-rankings.js';
export { ALGEBRAIC_LEAST, LEAST, logarithmOfF, logisticSigmoid, type Sigmoid } from './sigmoid.js';
export { type SoftOperator, softOperators, type SoftOperators, type SoftResults } from './soft-operators.js';
