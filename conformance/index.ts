export { type Check, type Evidence } from './check.js';
export { ConformanceFailure } from './failure.js';
export { conformance } from './mocha.js';
export { type Subject, subjectOf } from './subject.js';
export {
  blockedBy,
  checks,
  type CheckResult,
  type ConformanceOptions,
  type Outcome,
  planConformance,
  type PlannedCheck,
  runConformance,
} from './suite.js';
