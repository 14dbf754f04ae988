import { finalEvaluation, type RunRecord } from '../run/run-record.js';
import { largestOf, smallestOf } from '../run/extremes.js';
import { type Values, valuesIn } from '../store/values.js';
import { spreads } from './chart/charts.js';
import type { CurveRun, Curves } from './chart/curves.js';
import { shortOrNull, shownMetrics } from './curves-of.js';
import { recordOf } from './settings.js';
import type { GroupSummary, RunGroup } from './summary.js';

/** Fewer values of a setting make no curve. */
const FEWEST = 3;

/** What a group has of metrics by a setting, as `newton.lambda`. */
export interface ParameterCurves {
  readonly setting: string;
  readonly curves: Curves;
}

/** A variant of a group, and the settings of its runs. */
interface Settled {
  readonly variant: string;
  readonly settings: Values;
}

/** Variants that differ in one setting alone. */
interface Line {
  readonly name: string;
  /** Ascending. */
  readonly points: readonly { readonly value: number; readonly variant: string }[];
}

/**
 * The metrics at the last step by every numeric setting for which there are runs of three values or more that differ in
 * nothing else: a line for each of what they share. Variants with the plain loss that are in no line are levels, the
 * same for all values.
 */
export function parameterCurves(group: RunGroup, summary: GroupSummary): ParameterCurves[] {
  const settled = settledVariants(group, summary);
  const settings = [...new Set(settled.flatMap((one) => Object.keys(one.settings)))];
  return settings.flatMap((setting) => {
    const lines = linesOver(setting, settled);
    return lines.length === 0 ? [] : [{ setting, curves: curvesOver(setting, lines, group, summary) }];
  });
}

function settledVariants(group: RunGroup, { variants }: GroupSummary): Settled[] {
  return variants.flatMap(({ variant }) => {
    const record = recordOf(group, variant);
    return record ? [{ variant, settings: settingsOf(record) }] : [];
  });
}

/** What makes a difference to results; of the Newton step of the plain loss only how its gradients are clipped. */
function settingsOf({ experiment: { task, model, loss, newton, optimizer, steps, batchSize } }: RunRecord): Values {
  const { curvature, clipNorm } = newton;
  return valuesIn({
    task,
    model,
    loss,
    newton: curvature === 'none' ? { curvature, clipNorm } : newton,
    optimizer,
    steps,
    batchSize,
  });
}

function linesOver(setting: string, settled: readonly Settled[]): Line[] {
  const isCurve = (members: readonly Settled[]): boolean =>
    new Set(members.map(({ settings }) => settings[setting])).size >= FEWEST;
  const numeric = settled.filter(({ settings }) => typeof settings[setting] === 'number');
  if (!isCurve(numeric)) return [];
  const alike = new Map<string, Settled[]>();
  for (const one of numeric) {
    const rest = JSON.stringify(Object.entries({ ...one.settings, [setting]: 0 }).sort(([a], [b]) => (a < b ? -1 : 1)));
    const members = alike.get(rest);
    if (members) members.push(one);
    else alike.set(rest, [one]);
  }
  return [...alike.values()].filter(isCurve).map((members) => ({
    name: commonWords(members.map(({ variant }) => variant)) || String(members[0].settings['newton.curvature']),
    points: members.map(({ variant, settings }) => ({ variant, value: settings[setting] as number }))
      .sort((a, b) => a.value - b.value),
  }));
}

/** `hessian` of `hessian lambda=0.1` and `hessian lambda=1`. */
function commonWords([first, ...others]: readonly string[]): string {
  return first.split(' ').filter((word) => others.every((other) => other.split(' ').includes(word))).join(' ');
}

function curvesOver(setting: string, lines: readonly Line[], group: RunGroup, summary: GroupSummary): Curves {
  const metrics = shownMetrics(group);
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value));
  const ends = [smallestOf(values), largestOf(values)];
  const inLines = new Set(lines.flatMap(({ points }) => points.map(({ variant }) => variant)));
  const levels = summary.references.filter((variant) => !inLines.has(variant));
  const all = [
    ...levels.map((variant) => ends.map((value) => ({ value, variant }))),
    ...lines.map(({ points }) => points),
  ];
  return {
    split: summary.evaluatedOn,
    metrics,
    variants: [...levels, ...lines.map(({ name }) => name)],
    runs: all.flatMap((points, variant) => runsOver(points, variant, group, metrics)),
    parameter: { name: setting, log: spreads(ends), levels: levels.length },
  };
}

/** A run a seed, whose steps are the values of the setting. */
function runsOver(
  points: Line['points'],
  variant: number,
  group: RunGroup,
  metrics: Curves['metrics'],
): CurveRun[] {
  const seeds = new Set(group.runs.map(({ seed }) => seed));
  return [...seeds].map((seed) => {
    const finals = points.map((point) => {
      const run = group.runs.find((one) => one.variant === point.variant && one.seed === seed);
      return run?.record && finalEvaluation(run.record)?.metrics;
    });
    return {
      variant,
      seed,
      failed: false,
      evaluations: {
        step: points.map(({ value }) => value),
        seconds: points.map(() => 0),
        metrics: metrics.map(({ name }) => finals.map((measured) => shortOrNull(measured?.[name]))),
      },
      training: { step: [], seconds: [], loss: [], gradientNorm: [], explosions: [] },
    };
  });
}
