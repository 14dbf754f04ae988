import { textOf } from '../../core/messages.js';
import { largestOf } from '../run/extremes.js';
import { backendsOf, finalEvaluation, lastStep, type RunRecord } from '../run/run-record.js';
import { median } from '../statistics/index.js';

export type Value = string | number | boolean;
/** By dotted names; without a prototype. */
export type Values = Readonly<Record<string, Value>>;

/** Characters of a list. */
const LONGEST = 1000;
/** Of objects in objects that have columns of their own. */
const DEEPEST = 5;

/** What is known of a run, by dotted names: its experiment, its metrics, what it took and what it ran on. */
export function valuesOf(record: RunRecord): Values {
  const { experiment, versions, origin, data, training, evaluations, times } = record;
  const { backend: tunedOn, evaluateOn = 'test', ...settings } = experiment; // not on record in old folders
  const stem = experiment.name.lastIndexOf('/');
  return valuesIn({
    folder: record.folder,
    group: stem < 0 ? undefined : experiment.name.slice(0, stem),
    variant: experiment.name.slice(stem + 1),
    ...settings,
    evaluateOn,
    tunedOn,
    modified: origin?.modified,
    data,
    step: lastStep(record),
    finished: finalEvaluation(record) !== undefined,
    metrics: evaluations.at(-1)?.metrics,
    best: bestOf(record),
    train: { loss: training.at(-1)?.loss },
    gradientNorm: training.length === 0 ? undefined : largestOf(training.map(({ gradientNorm }) => gradientNorm)),
    explosions: sum(training.map(({ explosions }) => explosions)),
    skipped: sum(training.map(({ skipped = 0 }) => skipped)),
    msPerStep: median(training.map(({ msPerStep }) => msPerStep)),
    wallSeconds: times.at(-1)?.wallSeconds,
    processSeconds: times.at(-1)?.processSeconds,
    diagnostics: training.at(-1)?.newton,
    version: versions['newton-losses'],
    node: versions.node,
    platform: versions.platform,
    machine: versions.machine,
    tfjs: versions.tfjs,
    backend: backendsOf(versions).join(' + ') || undefined,
    threads: versions.backend?.threads,
    simd: versions.backend?.simd,
    fma: versions.backend?.fma,
  });
}

/** Of each metric the best of all evaluations. */
function bestOf({ evaluations, metrics }: RunRecord): Record<string, number> {
  const best = Object.create(null) as Record<string, number>;
  for (const { metrics: measured } of evaluations) {
    for (const [name, value] of Object.entries(measured)) {
      const sign = metrics && Object.hasOwn(metrics, name) && metrics[name].better === 'smaller' ? -1 : 1;
      if (!(name in best) || sign * value > sign * best[name]) best[name] = value;
    }
  }
  return best;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** What is in an object, with dotted names for what is in objects in it; what is no value is left out. */
export function valuesIn(content: object): Values {
  const values = Object.create(null) as Record<string, Value>;
  const add = (name: string, value: unknown, depth: number): void => {
    if (typeof value === 'string' || typeof value === 'boolean') values[name] = value;
    else if (typeof value === 'number' && Number.isFinite(value)) values[name] = value;
    else if (Array.isArray(value)) values[name] = textOf(value, LONGEST);
    else if (typeof value === 'object' && value !== null) {
      if (depth === DEEPEST) values[name] = textOf(value, LONGEST);
      else for (const [key, part] of Object.entries(value)) add(`${name}.${key}`, part, depth + 1);
    }
  };
  for (const [key, value] of Object.entries(content)) add(key, value, 1);
  return values;
}
