import { LossError } from '../core/errors.js';
import type { Check, Evidence, Tested } from './check.js';
import { ConformanceFailure } from './failure.js';

export type Outcome = 'passed' | 'failed' | 'expected failure' | 'not applicable' | 'not run' | 'could not tell';

export interface CheckResult {
  readonly check: string;
  readonly law: string;
  readonly outcome: Outcome;
  /** Of a failure, expected or not. */
  readonly failure?: ConformanceFailure;
  /** Why the failure is expected. */
  readonly reason?: string;
  /** Of a law that was not run, the broken one that it needs. */
  readonly because?: string;
  /** Where the law could be told from, of one that differences or draws cannot tell everywhere. */
  readonly evidence?: Evidence;
}

/** A check that is ready to run, once. */
export interface PlannedCheck {
  readonly check: Pick<Check, 'name' | 'law' | 'needs'>;
  readonly applies: boolean;
  /** Runs it after those that it needs. The result is kept. */
  run(): CheckResult;
}

/**
 * The checks of a plugin at these settings, not yet run. UNSUPPORTED where an expected failure names no check that
 * applies.
 */
export function planChecks<S extends Tested>(
  checks: readonly Check<S>[],
  subjects: readonly S[],
  expectedFailures: Readonly<Record<string, string>>,
): PlannedCheck[] {
  const planned = new Map<string, PlannedCheck>();
  for (const check of checks) planned.set(check.name, plan(check, subjects, planned, expectedFailures[check.name]));
  for (const name of Object.keys(expectedFailures)) {
    if (planned.get(name)?.applies) continue;
    throw new LossError(
      'UNSUPPORTED',
      `${subjects[0].plugin.name}: expectedFailures should name checks that apply to it, got ${name}`,
    );
  }
  return [...planned.values()];
}

/** How many laws were not run because of each broken one: `24 not run because of methods-declared`. */
export function blockedBy(results: readonly CheckResult[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { because } of results) if (because !== undefined) counts.set(because, (counts.get(because) ?? 0) + 1);
  return counts;
}

function plan<S extends Tested>(
  check: Check<S>,
  subjects: readonly S[],
  planned: ReadonlyMap<string, PlannedCheck>,
  reason?: string,
): PlannedCheck {
  const { name, law, needs, once } = check;
  const at = (once ? subjects.slice(0, 1) : subjects).filter(({ capabilities }) => check.applies(capabilities));
  let result: CheckResult | undefined;
  const run = (): CheckResult => {
    if (at.length === 0) return { check: name, law, outcome: 'not applicable' };
    const because = needs.map((need) => brokenBy(planned.get(need)!.run())).find((broken) => broken !== undefined);
    return because === undefined ? resultOf(check, at, reason) : { check: name, law, outcome: 'not run', because };
  };
  return { check, applies: at.length > 0, run: () => (result ??= run()) };
}

/** The law whose break, expected or not, keeps those from being run that need the one with this result. */
function brokenBy({ check, outcome, because }: CheckResult): string | undefined {
  return outcome === 'failed' || outcome === 'expected failure' ? check : because;
}

function resultOf<S extends Tested>(
  check: Check<S>,
  subjects: readonly S[],
  reason: string | undefined,
): CheckResult {
  const { name, law } = check;
  const { failure, evidence } = runAt(check, subjects);
  if (failure) {
    return {
      check: name,
      law,
      outcome: reason === undefined ? 'failed' : 'expected failure',
      failure,
      ...(reason !== undefined && { reason }),
    };
  }
  if (reason !== undefined) {
    const surprise = {
      what: 'outcome',
      expected: `a failure (${reason})`,
      got: 'a pass; take it off expectedFailures',
    };
    return {
      check: name,
      law,
      outcome: 'failed',
      failure: new ConformanceFailure(subjects[0].plugin.name, name, surprise),
      reason,
    };
  }
  const { told, tried } = evidence;
  return { check: name, law, outcome: told === 0 && tried > 0 ? 'could not tell' : 'passed', evidence };
}

/** At every setting until it fails at one. */
function runAt<S extends Tested>(
  check: Check<S>,
  subjects: readonly S[],
): { failure?: ConformanceFailure; evidence: Evidence } {
  let [told, tried] = [0, 0];
  for (const subject of subjects) {
    try {
      const evidence = check.run(subject);
      told += evidence.told;
      tried += evidence.tried;
    } catch (error) {
      if (error instanceof ConformanceFailure) return { failure: error, evidence: { told, tried } };
      throw error;
    }
  }
  return { evidence: { told, tried } };
}
