import { type AlgorithmPlugin } from '../../core/algorithms/algorithm.js';
import { LossError } from '../../core/errors.js';
import { type LossPlugin } from '../../core/loss.js';
import { batches } from './batches.js';
import { calls } from './calls.js';
import { type Check } from './check.js';
import { contract } from './contract.js';
import { convexity } from './convexity.js';
import { curvature } from './curvature.js';
import { derivatives } from './derivatives.js';
import { extremes } from './extremes.js';
import { ConformanceFailure } from './failure.js';
import { refusals } from './refusals.js';
import { scaling } from './scaling.js';
import { stochastic } from './stochastic.js';
import { subjectOf } from './subject.js';

/** Every law, in the order in which it is best to repair them. */
export const checks: readonly Check[] = [
  ...contract,
  ...calls,
  ...batches,
  ...derivatives,
  ...curvature,
  ...convexity,
  ...stochastic,
  ...scaling,
  ...extremes,
  ...refusals,
];

export interface ConformanceOptions<Params extends object = object> {
  /** Absent: the defaults. */
  readonly params?: Partial<Params>;
  /** What `params.algorithm` names, of a loss over a hard algorithm; absent: its default. */
  readonly algorithm?: AlgorithmPlugin | undefined;
  /** Added to the title of the tests. */
  readonly title?: string;
  /** Check name -> why the plugin breaks it. Strict: if the plugin keeps it, that is a failure. */
  readonly expectedFailures?: Readonly<Record<string, string>>;
}

export interface CheckResult {
  readonly check: string;
  readonly law: string;
  readonly outcome: 'passed' | 'failed' | 'expected failure' | 'not applicable';
  /** Of a failure, expected or not. */
  readonly failure?: ConformanceFailure;
  /** Why the failure is expected. */
  readonly reason?: string;
}

/** A check that is ready to run. */
export interface PlannedCheck {
  readonly check: Check;
  readonly applies: boolean;
  run(): CheckResult;
}

/** The checks for a plugin with these parameters, not yet run. UNSUPPORTED where an expected failure names no check that applies. */
export function planConformance<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  { params, algorithm, expectedFailures = {} }: ConformanceOptions<Params> = {},
): PlannedCheck[] {
  const subject = subjectOf(plugin, params, algorithm);
  const planned = checks.map((check) => {
    const applies = check.applies(subject.capabilities);
    const run = (): CheckResult => {
      if (!applies) return { check: check.name, law: check.law, outcome: 'not applicable' };
      return resultOf(check, plugin.name, () => check.run(subject), expectedFailures[check.name]);
    };
    return { check, applies, run };
  });
  for (const name of Object.keys(expectedFailures)) {
    if (!planned.some(({ check, applies }) => applies && check.name === name)) {
      throw new LossError('UNSUPPORTED', `${plugin.name}: expectedFailures should name checks that apply to this loss, got ${name}`);
    }
  }
  return planned;
}

/** Runs every check and returns what came of it. */
export function runConformance<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  options: ConformanceOptions<Params> = {},
): CheckResult[] {
  return planConformance(plugin, options).map(({ run }) => run());
}

function resultOf({ name: check, law }: Check, plugin: string, run: () => void, reason: string | undefined): CheckResult {
  const failure = failureOf(run);
  if (reason === undefined) return failure ? { check, law, outcome: 'failed', failure } : { check, law, outcome: 'passed' };
  if (failure) return { check, law, outcome: 'expected failure', failure, reason };
  const surprise = { what: law, expected: `a failure (${reason})`, got: 'a pass; take it off expectedFailures' };
  return { check, law, outcome: 'failed', failure: new ConformanceFailure(plugin, check, surprise), reason };
}

function failureOf(run: () => void): ConformanceFailure | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof ConformanceFailure) return error;
    throw error;
  }
}
