/**
 * Training, comparing, sweeps and diagnoses of losses by code; tasks and models of one's own: what they are, what built-in ones are made of, and
 * their laws.
 */
export type { Compared } from './compare/carry-out.js';
export { compare, type CompareOptions } from './compare/compare.js';
export {
  modelConformance,
  type ModelConformanceOptions,
  planModelConformance,
  planTaskConformance,
  runModelConformance,
  runTaskConformance,
  taskConformance,
  type TaskConformanceOptions,
} from './conformance/suite.js';
export { modelChecks } from './conformance/model-laws.js';
export { type ModelSubject, type Shapes } from './conformance/model-subject.js';
export { taskChecks } from './conformance/task-laws.js';
export { type Opening, type TaskSubject } from './conformance/task-subject.js';
export { diagnose, type DiagnoseOptions } from './diagnose/diagnose.js';
export type { AtSpread, Diagnosis } from './diagnose/diagnosis.js';
export type { Verdict } from './diagnose/verdict.js';
export type { Experiment, ExperimentContent } from './experiments/experiment.js';
export { createLayer, type Layer, variablesOf } from './models/layers.js';
export { defineModel, type ModelDefinition } from './models/define-model.js';
export type * from './models/model.js';
export { loadNetwork, type NetworkOptions, type TrainedNetwork } from './run/load-network.js';
export type { RunResult } from './run/run.js';
export { train, type TrainOptions } from './run/train-experiment.js';
export type { RunRecord } from './run/run-record.js';
export { readRun } from './run/run-record.js';
export { readRuns, type ReadOptions, type StoredRun } from './store/read-runs.js';
export { selectRuns } from './store/select-runs.js';
export { sweep, type SweepOptions } from './sweep/sweep.js';
export { tune, type TuneOptions, type Tuned } from './tune/tune.js';
export { dataDigest } from './tasks/data-digest.js';
export { defineTask, type TaskDefinition } from './tasks/define-task.js';
export { epochs, type SampleOrder } from './tasks/epochs.js';
export { finiteOutputs } from './tasks/finite-outputs.js';
export type * from './tasks/task.js';
