import type { Given } from '../core/algorithms/algorithm-parameter.js';
import { LossError } from '../core/errors.js';
import type { LossPlugin } from '../core/loss.js';
import { batches } from './batches.js';
import { calls } from './calls.js';
import { type Check, type Evidence, needing } from './check.js';
import { contract } from './contract.js';
import { convexity, supports } from './convexity.js';
import { convexCurvature, curvature } from './curvature.js';
import { derivatives } from './derivatives.js';
import { extremes } from './extremes.js';
import { ConformanceFailure } from './failure.js';
import { farOut } from './far-out.js';
import { minimum } from './minimum.js';
import { parameters } from './parameters.js';
import { refusals } from './refusals.js';
import { scaling } from './scaling.js';
import { drawSettings } from './settings.js';
import { sizes } from './sizes.js';
import { stochastic } from './stochastic.js';
import { type Subject, subjectAtSetting, subjectOf } from './subject.js';
import { ties } from './ties.js';

/** Results that are what they say, whenever they are asked for: without these no other law says anything. */
const sound = ['results-distinct', 'call-order', 'evaluations-independent', 'views', 'inputs-copied'];
/** And rows that do not depend on others, so that many points can be evaluated at once. */
const separate = ['batch-is-rows'];

/** Every law, in the order in which it is best to repair them: a law needs earlier ones alone. */
export const checks: readonly Check[] = [
  ...contract,
  ...calls,
  ...needing(sound, batches),
  ...refusals,
  ...needing(
    [...sound, ...separate],
    [
      ...extremes,
      ...curvature,
      ...derivatives,
      ...minimum,
      ...convexity,
      ...convexCurvature,
      ...supports,
      ...stochastic,
      ...scaling,
      ...sizes,
      ...farOut,
      ...ties,
      ...parameters,
    ],
  ),
];

export interface ConformanceOptions<Params extends object = object> {
  /** Absent: the defaults. Hard algorithms that are not the plugin's own are given made. */
  readonly params?: Given<Params>;
  /** Added to the title of the tests. */
  readonly title?: string;
  /**
   * Check name -> why the plugin breaks it; laws that need it are not run. Strict: if the plugin keeps it, that is a
   * failure.
   */
  readonly expectedFailures?: Readonly<Record<string, string>>;
  /**
   * Settings of the parameters, drawn from their schema, at which the laws are to hold as well. Absent: 2 where no
   * `params` are given, else 0.
   */
  readonly settings?: number;
}

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
  readonly check: Check;
  readonly applies: boolean;
  /** Runs it after those that it needs. The result is kept. */
  run(): CheckResult;
}

/** Settings that are drawn where nothing else is asked for. */
const SETTINGS = 2;

/**
 * The checks for a plugin with these parameters, not yet run. UNSUPPORTED where an expected failure names no check
 * that applies.
 */
export function planConformance<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  {
    params,
    expectedFailures = {},
    settings = params ? 0 : SETTINGS,
  }: ConformanceOptions<Params> = {},
): PlannedCheck[] {
  const general = plugin as unknown as LossPlugin;
  const drawn = drawSettings(general, settings, params);
  const subjects = [
    subjectOf(plugin, params),
    ...drawn.map((setting) => subjectAtSetting(general, setting)),
  ];
  const planned = new Map<string, PlannedCheck>();
  for (const check of checks) planned.set(check.name, plan(check, subjects, planned, expectedFailures[check.name]));
  for (const name of Object.keys(expectedFailures)) {
    if (planned.get(name)?.applies) continue;
    throw new LossError(
      'UNSUPPORTED',
      `${plugin.name}: expectedFailures should name checks that apply to this loss, got ${name}`,
    );
  }
  return [...planned.values()];
}

/** Runs every check and returns what came of it. */
export function runConformance<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  options: ConformanceOptions<Params> = {},
): CheckResult[] {
  return planConformance(plugin, options).map(({ run }) => run());
}

/** How many laws were not run because of each broken one: `24 not run because of methods-declared`. */
export function blockedBy(results: readonly CheckResult[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { because } of results) if (because !== undefined) counts.set(because, (counts.get(because) ?? 0) + 1);
  return counts;
}

function plan(
  check: Check,
  subjects: readonly Subject[],
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

function resultOf(check: Check, subjects: readonly Subject[], reason: string | undefined): CheckResult {
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
function runAt(check: Check, subjects: readonly Subject[]): { failure?: ConformanceFailure; evidence: Evidence } {
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
