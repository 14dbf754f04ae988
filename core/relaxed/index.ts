export { assign, assignAt, type Index, read } from './assignment.js';
export { If } from './branch.js';
export {
  and,
  type Condition,
  cosineSimilarity,
  equal,
  greaterThan,
  isTrue,
  lessThan,
  not,
  notEqual,
  or,
  sameCategory,
  type Softness,
} from './conditions.js';
export { argmax, argmin, type ExtremumOptions, maximum, minimum } from './extremum.js';
export { For, While } from './loops.js';
export { at } from './place.js';
export { defineRelaxedLoss, type RelaxedLoss, type RelaxedLossPlugin } from './relaxed-loss.js';
export { run } from './run.js';
export { type Settings } from './settings.js';
export { withSettings } from './run.js';
export { type Body, type Expression, type State, type Statement } from './state.js';
