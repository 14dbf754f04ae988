export type { Algorithm, AlgorithmPlugin, CheckedAlgorithm, Solutions } from './algorithms/algorithm.js';
export {
  type AlgorithmChoice,
  type AlgorithmParameter,
  algorithmSchema,
  type Given,
} from './algorithms/algorithm-parameter.js';
export { type DefinedAlgorithm, defineAlgorithm } from './algorithms/define-algorithm.js';
export { checkedAlgorithm } from './algorithms/checked-algorithm.js';
export { type Pool } from './algorithms/pool.js';
export { defineProgramLoss, type ProgramLoss, type ProgramLossPlugin } from './autodiff/program-loss.js';
export { type Batch, batchOf, copyOf, row, takeRows, zeros } from './batch.js';
export { type CheckedEvaluation } from './checked-evaluation.js';
export { type CheckedLoss, checked } from './checked.js';
export { defineLoss, defineSampleLoss, type LossDefinition, type SampleLoss, type SampleLossPlugin } from './define.js';
export { type Factors } from './factors.js';
export { LossError, type LossErrorCode } from './errors.js';
export { type Capabilities, type Evaluation, type Loss, type LossPlugin } from './loss.js';
export { byProducts, dense, lowRank, type Matrices, once, outerProducts } from './matrices.js';
export {
  type Curvature,
  fisherDirections,
  type FisherOptions,
  type Lambda,
  type NewtonDiagnostics,
  type NewtonOptions,
  newtonOptionsSchema,
  newtonSolver,
  newtonStep,
  type NewtonStep,
  newtonTarget,
  type NewtonTarget,
  type SolverChoice,
} from './newton/index.js';
export {
  parameters,
  type ParametersOf,
  type ParameterSchema,
  type ParameterSchemas,
  type ParametersSchema,
  type SchemaOf,
  type ValueOf,
} from './parameters.js';
export { outputsTarget, wantsOutputs } from './outputs-target.js';
export { orderOf, ranksOf, softRank, softSort, toPermutation } from './ranking.js';
export { type LossName, type LossTypes, type PluginSources, Registry } from './registry.js';
export { type NamedPlugin, type PluginModule, type PluginSource } from './registry-section.js';
export { createRng, type Rng } from './random/rng.js';
export { addValidators, type Validators } from './schema.js';
export { checkBatch, checkFinite, fillParams } from './validation.js';
