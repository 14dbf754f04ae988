import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { LossError } from '../../core/errors.js';
import { parseJson } from '../../core/json-text.js';
import { didYouMean } from '../../core/messages.js';
import { packageRoot } from '../../node/package-root.js';

/** An experiment as found: not validated yet. */
export interface ExperimentSource {
  readonly file: string;
  /** What the run is called where the file says nothing. */
  readonly name: string;
  readonly content: Record<string, unknown>;
}

type Contents = Record<string, Record<string, unknown>>;

/** An experiment, and what its variants change, by name; an experiment by itself has none. */
export interface VariedSource extends ExperimentSource {
  readonly variants: Readonly<Contents>;
}

/** Presets that have most in common: an experiment, its `variants` among it, and what differs by name of preset. */
interface Family {
  readonly experiment: Record<string, unknown>;
  readonly presets: Contents;
}

const experiments = path.join(packageRoot(), 'harness', 'experiments');

/** The presets below `folder`, `task/preset`, with the names of their variants, sorted. */
export function presets(folder = experiments): { name: string; variants: string[] }[] {
  return [...readPresets(folder)].map(([name, { content }]) => ({
    name,
    variants: Object.keys(content['variants'] as Contents),
  }));
}

/** Whether it is the name of a preset's variant. */
export function isPreset(name: string, folder = experiments): boolean {
  const cut = name.lastIndexOf('/');
  const preset = readPresets(folder).get(name.slice(0, cut));
  return preset !== undefined && Object.hasOwn(withVariants(preset).variants, name.slice(cut + 1));
}

/**
 * What a name or path stands for: a preset (`task/preset`) or an experiment file (*.json), with its variants, or one
 * variant of these (`task/preset/variant`, `mine.json/variant`). PARAMS, saying which there are, where there is none of
 * that name; DATA where a file cannot be read.
 */
export function readVaried(source: string, folder = experiments): VariedSource {
  if (source.endsWith('.json')) return readExperimentFile(source);
  const preset = readPresets(folder).get(source);
  return preset ? withVariants(preset) : { ...readPreset(source, folder), variants: {} };
}

/** One variant of a preset or of an experiment file. PARAMS, saying which there are, where there is none of that name. */
export function readPreset(name: string, folder = experiments): ExperimentSource {
  const cut = name.lastIndexOf('/');
  const whole = name.slice(0, cut);
  const all = readPresets(folder);
  const preset = all.get(whole);
  if (!preset && !whole.endsWith('.json')) throw unknownPreset(name, all);
  return variantOf(preset ? withVariants(preset) : readExperimentFile(whole), name.slice(cut + 1));
}

/** PARAMS, saying which there are, where there is no variant of that name. */
export function variantOf({ file, name, content, variants }: VariedSource, variant: string): ExperimentSource {
  if (Object.hasOwn(variants, variant)) {
    return { file, name: `${name}/${variant}`, content: merge(content, variants[variant]) };
  }
  const there = Object.keys(variants);
  const which = there.length === 0 ? 'it has none' : `it has ${there.join(', ')}`;
  throw new LossError(
    'PARAMS',
    `${name} has no variant ${JSON.stringify(variant)}${didYouMean(variant, there)}; ${which}`,
  );
}

/** The one experiment of a source. PARAMS where it has variants, of which one should be named. */
export function single({ file, name, content, variants }: VariedSource): ExperimentSource {
  const there = Object.keys(variants);
  if (there.length === 0) return { file, name, content };
  throw new LossError('PARAMS', `${file} has variants: name one, as ${file}/${there[0]}; it has ${there.join(', ')}`);
}

/** Takes the variants, and the name where there is one, out of what a file holds. */
function withVariants({ file, name, content }: ExperimentSource): VariedSource {
  const { variants = {}, ...own } = content;
  if (!isObject(variants) || !Object.values(variants).every(isObject)) {
    throw new LossError(
      'PARAMS',
      `${file}: variants should be objects by name, got ${JSON.stringify(variants).slice(0, 40)}`,
    );
  }
  return { file, name, content: own, variants: variants as Contents };
}

/** Name -> preset, its variants still in it, sorted by name. */
function readPresets(folder: string): Map<string, ExperimentSource> {
  const found: ExperimentSource[] = [];
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.json')) continue;
    const file = path.join(folder, entry);
    const { experiment, presets } = readFamily(file);
    const task = path.dirname(entry).split(path.sep).join('/');
    for (const [preset, differing] of Object.entries(presets)) {
      found.push({ file, name: `${task}/${preset}`, content: merge(experiment, differing) });
    }
  }
  found.sort((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(found.map((preset) => [preset.name, preset]));
}

/**
 * A file of presets, over the files beside it that it `extends`, a later one over an earlier; `above` are those that
 * led here. DATA where one cannot be read or extends itself.
 */
function readFamily(file: string, above: readonly string[] = []): Family {
  const chain = [...above, file];
  if (above.includes(file)) {
    const names = chain.map((link) => path.basename(link, '.json'));
    throw new LossError('DATA', `${file} extends itself: ${names.join(' -> ')}`);
  }
  const { extends: bases = [], presets = {}, ...own } = readObject(file);
  const contents = (bases as string[]).map((base) =>
    readFamily(path.join(path.dirname(file), `${base}.json`), chain).experiment
  );
  return { experiment: [...contents, own].reduce((base, over) => merge(base, over)), presets: presets as Contents };
}

/** An experiment's own file, without what editors read. DATA where it cannot be read or holds no JSON object. */
export function readExperimentFile(file: string): VariedSource {
  const read = readObject(file);
  delete read['$schema'];
  const { name = path.basename(file, '.json'), ...content } = read;
  return withVariants({ file, name: name as string, content });
}

function unknownPreset(name: string, all: ReadonlyMap<string, ExperimentSource>): LossError {
  const preset = all.get(name);
  const similar = [...all.keys()].filter((other) => other.startsWith(name));
  const near = didYouMean(
    name,
    [...all].flatMap(([known, { content }]) => [
      known,
      ...Object.keys(content['variants'] as Contents).map((variant) => `${known}/${variant}`),
    ]),
  );
  const hint = preset
    ? `; ${name} has the variants ${Object.keys(preset.content['variants'] as Contents).join(', ')}`
    : `${near}; ${
      similar.length > 0 ? `there are ${similar.join(', ')}` : 'newton-losses list shows them all'
    }; an experiment file ends in .json`;
  return new LossError('PARAMS', `no preset (task/preset/variant) is called ${JSON.stringify(name)}${hint}`);
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
