import { standardOf } from '../core/algorithms/algorithm-parameter.js';
import { checked, type CheckedLoss } from '../core/checked.js';
import { LossError } from '../core/errors.js';
import type { LossPlugin } from '../core/loss.js';
import { createRng, type Rng } from '../core/random/rng.js';
import type { Setting } from './subject.js';

/** What the suite reads of the schema of one parameter. */
export interface ParameterSchema {
  readonly type?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, ParameterSchema>>;
}

/** Draws for one setting until the loss takes it: parameters need not fit together. */
const ATTEMPTS = 30;
/**
 * Numbers are drawn at most so many octaves from their defaults; integers, on which time depends, a quarter of one
 * above.
 */
const OCTAVES = 2;

/**
 * Settings that differ from the defaults in every parameter that can be drawn, and in the number of outputs, where
 * `sample` gives the number that it is asked for; what is given stays as it is. From one to the next a number goes
 * from one side of its default to the other, and a choice to another choice. The same for a plugin. None of a plugin
 * that cannot be created without, and fewer than asked for where draws are refused: PARAMS.
 */
export function drawSettings(
  plugin: LossPlugin,
  count: number,
  given: object = {},
): Setting[] {
  if (count === 0) return [];
  try {
    const standard = checked(plugin, given);
    const settings = Array.from({ length: count }, (_, k) => drawSetting(plugin, given, standard, k));
    return settings.filter((setting) => setting !== undefined);
  } catch {
    return []; // the contract checks say what is wrong with this plugin
  }
}

function drawSetting(
  plugin: LossPlugin,
  given: object,
  standard: CheckedLoss,
  k: number,
): Setting | undefined {
  const rng = createRng(23);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const params = { ...drawParams(plugin, rng.split(attempt), k), ...given };
    const loss = accepted(() => checked(plugin, params));
    if (!loss) continue;
    const outputs = otherOutputs(loss, k);
    const isOther = outputs !== undefined || JSON.stringify(loss.params) !== JSON.stringify(standard.params);
    return isOther ? { params, outputs } : undefined;
  }
  return undefined;
}

/**
 * Every parameter but those that stay at their defaults, drawn; below or above the default by turns in k. Of hard
 * algorithms, their parameters, after the others.
 */
export function drawParams(plugin: { readonly params: object }, rng: Rng, k: number): object {
  const properties = Object.entries(propertiesOf(plugin.params));
  const drawn = drawProperties(Object.fromEntries(properties.filter(([, schema]) => !standardOf(schema))), rng, k);
  for (const [key, schema] of properties) {
    const standard = standardOf(schema);
    const params = standard && drawProperties(propertiesOf(standard.params), rng, k);
    if (standard && Object.keys(params ?? {}).length > 0) drawn[key] = { name: standard.name, params };
  }
  return drawn;
}

export function propertiesOf(schema: object): Readonly<Record<string, ParameterSchema>> {
  return (schema as ParameterSchema).properties ?? {};
}

function drawProperties(
  properties: Readonly<Record<string, ParameterSchema>>,
  rng: Rng,
  k: number,
): Record<string, unknown> {
  const drawn = Object.entries(properties).map(([key, schema]) => {
    const side = (k + rng.integer(2)) % 2 === 0; // draws are the same for every k but for the side
    return [key, drawValue(schema, rng, side, k)] as const;
  });
  return Object.fromEntries(drawn.filter(([, value]) => value !== undefined));
}

/** Undefined for what stays at its default. */
function drawValue(schema: ParameterSchema, rng: Rng, below: boolean, k: number): unknown {
  const { type, default: standard, properties } = schema;
  if (schema.enum) {
    const others = schema.enum.filter((choice) => choice !== standard);
    return others.length === 0 ? undefined : others[(rng.integer(others.length) + k) % others.length];
  }
  if (type === 'boolean') return below ? !standard : standard;
  if (type === 'object' && properties) return drawProperties(properties, rng, k);
  if ((type === 'number' || type === 'integer') && typeof standard === 'number') {
    return drawNumber(schema, standard, rng.uniform(), below);
  }
  return undefined;
}

function drawNumber(schema: ParameterSchema, standard: number, u: number, below: boolean): number | undefined {
  const whole = schema.type === 'integer';
  const [low, high] = rangeOf(schema, whole ? 1 : 0);
  const octaves = (0.25 + 0.75 * u) * (below ? -OCTAVES : whole ? OCTAVES / 8 : OCTAVES);
  const scaled = standard === 0 ? (below ? -1 : 1) * (1 + 2 * u) : standard * 2 ** octaves;
  const rounded = whole ? Math.round(scaled) : scaled;
  const moved = whole && rounded === standard ? standard + (below ? -1 : 1) : rounded;
  const within = inside(moved, standard, low, high, whole, u);
  return within === standard ? inside(2 * standard - moved, standard, low, high, whole, u) : within;
}

/** The bounds, both inclusive; an exclusive one of integers is one further in, of numbers a little. */
function rangeOf(
  { minimum, maximum, exclusiveMinimum, exclusiveMaximum }: ParameterSchema,
  step: number,
): [number, number] {
  const beyond = (bound: number, sign: number): number =>
    bound + sign * (step || 1e-6 * Math.max(1e-3, Math.abs(bound)));
  return [
    minimum ?? (exclusiveMinimum === undefined ? -Infinity : beyond(exclusiveMinimum, 1)),
    maximum ?? (exclusiveMaximum === undefined ? Infinity : beyond(exclusiveMaximum, -1)),
  ];
}

/** x, or where it is beyond a bound a number between that bound and the default. */
function inside(x: number, standard: number, low: number, high: number, whole: boolean, u: number): number {
  if (x >= low && x <= high) return x;
  const between = standard + (0.25 + 0.75 * u) * ((x < low ? low : high) - standard);
  return whole ? Math.round(between) : between;
}

/**
 * Fewer and more outputs than the plugin's own choice, by turns, where the loss takes any number and its samples come
 * in the size asked for.
 */
function otherOutputs(loss: CheckedLoss, k: number): number | undefined {
  if (loss.outputs !== undefined) return undefined;
  const own = loss.sample(createRng(1), 1).y.cols;
  const wanted = k % 2 === 0 ? own + 2 : Math.max(2, own - 2);
  if (wanted === own) return undefined;
  return sampleOfSize(loss, 1, 1, wanted) && wanted;
}

/** A sample with m outputs, where the plugin gives one. */
export function sampleOfSize(
  loss: CheckedLoss,
  seed: number,
  rows: number,
  m: number,
): ReturnType<CheckedLoss['sample']> | undefined {
  try {
    const sample = loss.sample(createRng(seed), rows, m);
    return sample.y.cols === m ? sample : undefined;
  } catch (error) {
    if (error instanceof LossError && error.code === 'SHAPE') return undefined; // too few for a top-k, say
    throw error;
  }
}

/** What `make` makes, unless it refuses its parameters. */
export function accepted<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof LossError && error.code === 'PARAMS') return undefined;
    throw error;
  }
}
