export { add, divide, multiply, negate, subtract } from './arithmetic.js';
export { type Axis } from './axis.js';
export { concat, slice } from './columns.js';
export { clamp, max, min } from './extrema.js';
export { abs, exp, log, log1p, logistic, power, relu, softplus, sqrt, square, tanh } from './functions.js';
export { argsort, gather, type IndexBatch, type Indices, scatter, sort } from './indexing.js';
export { logsumexp } from './logsumexp.js';
export { type Constant, constant, detach, type Operand } from './operand.js';
export { type Pointwise, pointwise } from './pointwise.js';
export {
  defineProgramLoss,
  type ProgramCapabilities,
  type ProgramLoss,
  type ProgramLossPlugin,
} from './program-loss.js';
export { type Operation, type Var } from './recording.js';
export { dot, expand, mean, sum } from './reductions.js';
export { select } from './select.js';
export { softmax, softmin } from './softmax.js';
export { createTape, type Program, type ProgramEvaluation, type Tape } from './tape.js';
