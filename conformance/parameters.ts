import { standardOf } from '../core/algorithms/algorithm-parameter.js';
import type { Batch } from '../core/batch.js';
import { checked, type CheckedLoss } from '../core/checked.js';
import { LossError } from '../core/errors.js';
import { createRng } from '../core/random/rng.js';
import { type Check, defineCheck } from './check.js';
import { firstDifference, type Method, resultsOf } from './results.js';
import { accepted, drawParams, type ParameterSchema, propertiesOf, sampleOfSize } from './settings.js';
import type { Sample, Subject } from './subject.js';
import { directions } from './vectors.js';

/** Settings of all parameters, drawn at random, at which one more is changed. */
const DRAWN = 12;
const ROWS = 2;

export const parameters: readonly Check[] = [
  defineCheck({
    name: 'params-matter',
    law: 'Every parameter changes the outputs, a value or a derivative, at some setting of the others.',
    needs: ['params-closed'],
    once: true,
    test(subject, fail) {
      for (const path of pathsOf(propertiesOf(subject.plugin.params))) {
        if (matters(subject, path)) continue;
        fail({
          what: `params/${path.keys.join('/')}`,
          expected: 'other results at some other value',
          got: 'the same results at every setting tried',
        });
      }
    },
  }),
];

/** Where a parameter is, and its schema. */
interface Path {
  readonly keys: readonly string[];
  readonly schema: ParameterSchema;
}

/** Every parameter that is no object of others; not those of a hard algorithm, which are the algorithm's. */
function pathsOf(properties: Readonly<Record<string, ParameterSchema>>): Path[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    if (standardOf(schema)) return [];
    if (!schema.properties) return candidatesOf(schema).length > 0 ? [{ keys: [key], schema }] : [];
    return pathsOf(schema.properties).map((path) => ({ ...path, keys: [key, ...path.keys] }));
  });
}

/** All choices, or numbers about the default and the bounds near it. */
function candidatesOf({ type, default: standard, minimum, maximum, enum: choices }: ParameterSchema): unknown[] {
  const values = choices ?? (type === 'boolean' ? [true, false] : []);
  if ((type !== 'number' && type !== 'integer') || typeof standard !== 'number') {
    return values.length > 1 ? [...values] : [];
  }
  const [low, high] = [minimum ?? -Infinity, maximum ?? Infinity];
  const near = type === 'integer'
    ? [standard + 1, standard + 2, standard - 1]
    : [2 * standard, standard / 2, standard + 0.5, standard - 0.5];
  const bounds = [low, high].filter((bound) => Math.abs(bound - standard) < 10);
  return [...near, ...bounds].filter((value) => value !== standard && value >= low && value <= high);
}

function matters(subject: Subject, path: Path): boolean {
  for (const base of basesOf(subject)) {
    const loss = accepted(() => checked(subject.plugin, base));
    for (const sample of loss ? samplesOf(loss) : []) {
      const before = evaluated(loss!, sample);
      if (!before) continue;
      for (const value of candidatesOf(path.schema)) {
        const other = accepted(() => checked(subject.plugin, withValue(base, path.keys, value)));
        if (other && isOther(evaluated(other, sample), before)) return true;
      }
    }
  }
  return false;
}

/** Of the plugin's own size, and of a larger one where there are such. */
function* samplesOf(loss: CheckedLoss): Generator<Sample> {
  const own = loss.sample(createRng(1), ROWS);
  yield own;
  const larger = loss.outputs === undefined ? sampleOfSize(loss, 1, ROWS, own.y.cols + 3) : undefined;
  if (larger) yield larger;
}

/**
 * The defaults, these with one choice changed, and random ones: some parameters matter for one choice of another
 * alone.
 */
function* basesOf({ plugin, params: given }: Subject): Generator<object> {
  const properties = propertiesOf(plugin.params);
  const isAlgorithm = (key: string): boolean => key in properties && standardOf(properties[key]) !== undefined;
  const params = Object.fromEntries(Object.entries(given).filter(([key]) => isAlgorithm(key)));
  yield params;
  for (const { keys, schema } of pathsOf(properties)) {
    if (!schema.enum && schema.type !== 'boolean') continue;
    for (const choice of candidatesOf(schema)) yield withValue(params, keys, choice);
  }
  for (let k = 0; k < DRAWN; k++) yield { ...drawParams(plugin, createRng(k), k), ...params };
}

function withValue(params: object, [key, ...inner]: readonly string[], value: unknown): object {
  const own = (params as Record<string, unknown>)[key];
  return { ...params, [key]: inner.length === 0 ? value : withValue(own ?? {}, inner, value) };
}

function isOther(after: Results | undefined, before: Results): boolean {
  return after?.size !== before.size || firstDifference(after, before) !== undefined;
}

type Results = ReadonlyMap<Method, Batch>;

/** Undefined where the loss does not take these outputs or targets. */
function evaluated(loss: CheckedLoss, { y, targets }: Sample): Results | undefined {
  try {
    return resultsOf(loss.evaluate(y, targets, createRng(1)), directions(y.rows, y.cols));
  } catch (error) {
    if (error instanceof LossError) return undefined;
    throw error;
  }
}
