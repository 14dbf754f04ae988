import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { LossError } from '../core/errors.js';
import { parseJson } from '../core/json-text.js';
import { packageRoot } from '../core/registry.js';

/** An experiment as found: not validated yet. */
export interface ExperimentSource {
  readonly file: string;
  /** What the run is called where the file says nothing. */
  readonly name: string;
  readonly content: Record<string, unknown>;
}

type Variants = Record<string, Record<string, unknown>>;

/** <task>/<preset>.json: an experiment whose `variants` (name -> what differs) are merged over the rest. */
const folder = path.join(packageRoot(), 'harness', 'experiments');

/** The presets, `task/preset`, with the names of their variants, sorted. */
export function presets(): { name: string; variants: string[] }[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  const names = files.map((file) => file.slice(0, -'.json'.length).split(path.sep).join('/')).sort();
  return names.map((name) => ({
    name,
    variants: Object.keys(readObject(path.join(folder, `${name}.json`))['variants'] as Variants),
  }));
}

/** The preset `task/preset/variant`. PARAMS, saying which there are, where there is none of that name. */
export function readPreset(name: string): ExperimentSource {
  const cut = name.lastIndexOf('/');
  const preset = presets().find((other) => other.name === name.slice(0, cut));
  const variant = name.slice(cut + 1);
  if (!preset?.variants.includes(variant)) throw unknownPreset(name, preset?.name ?? name);
  const file = path.join(folder, `${preset.name}.json`);
  const { variants, ...base } = readObject(file);
  return { file, name, content: merge(base, (variants as Variants)[variant]) };
}

/** An experiment's own file. DATA where it cannot be read or holds no JSON object. */
export function readExperimentFile(file: string): ExperimentSource {
  return { file, name: path.basename(file, '.json'), content: readObject(file) };
}

function unknownPreset(name: string, nearest: string): LossError {
  const all = presets();
  const preset = all.find((other) => other.name === nearest);
  const similar = all.map((other) => other.name).filter((other) => other.startsWith(name));
  const hint = preset
    ? `${nearest} has the variants ${preset.variants.join(', ')}`
    : `${
      similar.length > 0 ? `there are ${similar.join(', ')}` : 'newton-losses list shows them all'
    }; an experiment file ends in .json`;
  return new LossError('PARAMS', `no preset (task/preset/variant) is called ${JSON.stringify(name)}; ${hint}`);
}

function readObject(file: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = parseJson(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new LossError('DATA', `cannot read the experiment ${file}: ${(cause as Error).message}`, { cause });
  }
  if (!isObject(content)) {
    throw new LossError(
      'DATA',
      `${file} should hold an experiment, a JSON object, got ${JSON.stringify(content).slice(0, 40)}`,
    );
  }
  return content;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `over` on `base`: objects are merged, anything else is replaced. */
function merge(base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const old = merged[key];
    merged[key] = isObject(old) && isObject(value) ? merge(old, value) : value;
  }
  return merged;
}
