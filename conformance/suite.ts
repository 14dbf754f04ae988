import type { Given } from '../core/algorithms/algorithm-parameter.js';
import type { LossPlugin } from '../core/loss.js';
import { batches } from './batches.js';
import { calls } from './calls.js';
import { type Check, needing } from './check.js';
import { contract } from './contract.js';
import { convexity, supports } from './convexity.js';
import { convexCurvature, curvature } from './curvature.js';
import { derivatives } from './derivatives.js';
import { extremes } from './extremes.js';
import { farOut } from './far-out.js';
import { minimum } from './minimum.js';
import { parameters } from './parameters.js';
import { type CheckResult, planChecks, type PlannedCheck } from './plan.js';
import { refusals } from './refusals.js';
import { scaling } from './scaling.js';
import { drawSettings } from './settings.js';
import { sizes } from './sizes.js';
import { stochastic } from './stochastic.js';
import { subjectAtSetting, subjectOf } from './subject.js';
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

/** Settings that are drawn where nothing else is asked for. */
export const SETTINGS = 2;

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
  return planChecks(checks, subjects, expectedFailures);
}

/** Runs every check and returns what came of it. */
export function runConformance<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  options: ConformanceOptions<Params> = {},
): CheckResult[] {
  return planConformance(plugin, options).map(({ run }) => run());
}
