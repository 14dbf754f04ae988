import type { StoredRun } from './read-runs.js';
import type { Values } from './values.js';

/** Columns that there are in any case, and what others begin with, in their order. */
const ORDER: readonly (string | RegExp)[] = [
  ...['folder', 'group', 'variant', 'name', 'seed', 'finished', 'step', 'steps'],
  ...['task.name', /^task\./, 'model.name', /^model\./, 'loss.name', /^loss\./],
  ...['newton.curvature', 'newton.lambda', /^newton\./, /^optimizer\./],
  ...['batchSize', 'evalEvery', 'logEvery', 'checkpointEvery', 'evaluateOn', 'tunedOn', 'modified', 'data'],
  ...[/^metrics\./, /^best\./, 'train.loss', 'gradientNorm', 'explosions', 'skipped'],
  ...['msPerStep', 'wallSeconds', 'processSeconds', /^diagnostics\./],
  ...['version', 'node', 'platform', 'machine', 'tfjs', 'backend', 'threads', 'simd', 'fma', 'failure', 'damage'],
];
/** Shown in a table in any case. */
const MAIN = ['folder', 'loss.name', 'newton.curvature', 'seed'];
/** Of the experiment; shown in a table where runs differ in them. */
const SETTING = /^(task|model|loss|newton|optimizer)\.|^(batchSize|steps|evaluateOn|modified)$/;
const MACHINE = /^(version|node|platform|machine|tfjs|backend|threads|simd|fma)$/;
/** Shown in a table where some run is not finished. */
const STATE = /^(finished|step)$/;
/** Shown in a table where a run has them. */
const RESULT = /^metrics\.|^(explosions|msPerStep|failure)$/;

const { compare } = new Intl.Collator('en', { numeric: true });

/** The columns of runs, always in the same order. */
export function columnsOf(runs: readonly StoredRun[]): string[] {
  const names = new Set(ORDER.filter((entry) => typeof entry === 'string'));
  for (const { values } of runs) for (const name of Object.keys(values)) names.add(name);
  const place = new Map(Array.from(names, (name) => [name, placeOf(name)]));
  return [...names].sort((a, b) => place.get(a)! - place.get(b)! || compare(a, b));
}

function placeOf(name: string): number {
  const own = ORDER.indexOf(name);
  const place = own >= 0 ? own : ORDER.findIndex((entry) => entry instanceof RegExp && entry.test(name));
  return place >= 0 ? place : ORDER.length;
}

/** The settings among values, the seed with them, by name. */
export function settingsOf(values: Values): Values {
  const names = Object.keys(values).filter((name) => SETTING.test(name) || name === 'seed').sort();
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}

/** The columns that tell runs apart, and what came of them. */
export function tellingColumns(runs: readonly StoredRun[], columns: readonly string[]): string[] {
  const sound = runs.filter(({ values }) => 'name' in values);
  const varies = (name: string): boolean => new Set(sound.map(({ values }) => values[name])).size > 1;
  const present = (name: string): boolean => runs.some(({ values }) => name in values);
  return columns.filter((name) => {
    if (MAIN.includes(name)) return true;
    if (RESULT.test(name)) return present(name);
    if (STATE.test(name)) return runs.some(({ values }) => values['finished'] !== true);
    return (SETTING.test(name) || MACHINE.test(name)) && varies(name);
  });
}
