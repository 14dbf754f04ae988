import type { AlgorithmPlugin } from '../../core/algorithms/algorithm.js';
import type { Check } from '../check.js';
import { type CheckResult, planChecks, type PlannedCheck } from '../plan.js';
import { type ConformanceOptions, SETTINGS } from '../suite.js';
import { calls } from './calls.js';
import { contract } from './contract.js';
import { optimality } from './optimality.js';
import { refusals } from './refusals.js';
import { type AlgorithmSubject, algorithmSubjects } from './subject.js';

/** Every law of algorithms, in the order in which it is best to repair them: a law needs earlier ones alone. */
export const algorithmChecks: readonly Check<AlgorithmSubject>[] = [...contract, ...calls, ...optimality, ...refusals];

export type AlgorithmConformanceOptions<Params extends object = object> = Omit<ConformanceOptions<Params>, 'algorithm'>;

/**
 * The checks for an algorithm with these parameters, not yet run. UNSUPPORTED where an expected failure names no check
 * that applies.
 */
export function planAlgorithmConformance<Params extends object>(
  plugin: AlgorithmPlugin<Params>,
  { params, expectedFailures = {}, settings = params ? 0 : SETTINGS }: AlgorithmConformanceOptions<Params> = {},
): PlannedCheck[] {
  const subjects = algorithmSubjects(plugin, params ?? {}, settings);
  return planChecks(algorithmChecks, subjects, expectedFailures);
}

/** Runs every check and returns what came of it. */
export function runAlgorithmConformance<Params extends object>(
  plugin: AlgorithmPlugin<Params>,
  options: AlgorithmConformanceOptions<Params> = {},
): CheckResult[] {
  return planAlgorithmConformance(plugin, options).map(({ run }) => run());
}
