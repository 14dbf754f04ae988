export { type AlgorithmSubject } from './algorithms/subject.js';
export {
  algorithmChecks,
  type AlgorithmConformanceOptions,
  planAlgorithmConformance,
  runAlgorithmConformance,
} from './algorithms/suite.js';
export { type Check, type Evidence, type Tested } from './check.js';
export { ConformanceFailure } from './failure.js';
export { algorithmConformance, conformance } from './mocha.js';
export { type Subject, subjectOf } from './subject.js';
export { blockedBy, type CheckResult, type Outcome, type PlannedCheck } from './plan.js';
export { checks, type ConformanceOptions, planConformance, runConformance } from './suite.js';
