export { forwardRows, hessian, reverseRows } from './network';
export { symmetricRankSum, weightedGram } from './rank-sums';
