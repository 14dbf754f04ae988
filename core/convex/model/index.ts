export { add, cumsum, diff, dot, kron, matmul, mean, multiply, negate, subtract, sum, trace } from './affine.js';
export {
  block,
  concat,
  diag,
  hstack,
  identity,
  index,
  reshape,
  type Selector,
  slice,
  stack,
  stretch,
  transpose,
  vstack,
} from './arrange.js';
export { entropy, exp, klDiv, log, logistic, logSumExp, relEntr } from './atoms/exponentials.js';
export { abs, max, min, neg, pos, sumLargest, sumSmallest } from './atoms/extrema.js';
export { geoMean } from './atoms/geo-mean.js';
export { huber } from './atoms/huber.js';
export { norm1, norm2, normInf } from './atoms/norms.js';
export { divide, invPos, power, sqrt, square } from './atoms/powers.js';
export { quadForm } from './atoms/quad-form.js';
export { quadOverLin, sumSquares } from './atoms/quadratics.js';
export { lambdaMax, lambdaMin, logDet, matrixFrac, nuclearNorm, spectralNorm } from './atoms/spectral.js';
export { type Canonical, type ParameterPlace, programOf, type Reading } from './canonical.js';
export { eq, expCone, geq, leq, powCone, psd, soc } from './constraint.js';
export type { Constraint } from './expression.js';
export type { Curvature } from './curvature.js';
export { evaluate, type Value, type Values } from './evaluate.js';
export type { Expression, Nested, Operand, Parameter, Variable } from './expression.js';
export { constant, parameter, type ParameterOptions, variable, type VariableOptions } from './leaves.js';
export { checkParameter, packParameters } from './parameters.js';
export { type Problem, problem, type ProblemDefinition } from './problem.js';
export type { Shape } from './shape.js';
export { textOf } from './text.js';
