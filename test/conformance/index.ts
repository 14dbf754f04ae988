export { type Check } from './check.js';
export { ConformanceFailure } from './failure.js';
export { conformance } from './mocha.js';
export { type Subject, subjectOf } from './subject.js';
export { checks, type CheckResult, type ConformanceOptions, planConformance, type PlannedCheck, runConformance } from './suite.js';
