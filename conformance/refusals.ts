import { type Batch, copyOf, zeros } from '../core/batch.js';
import { checked } from '../core/checked.js';
import { LossError, type LossErrorCode } from '../core/errors.js';
import type { Evaluation } from '../core/loss.js';
import { createRng } from '../core/random/rng.js';
import { compileSchema } from '../core/schema.js';
import { type Check, defineCheck, type Fail } from './check.js';
import type { Described } from './contract.js';
import { firstNonFinite, type Method, resultsOf } from './results.js';
import type { Subject } from './subject.js';
import { directions } from './vectors.js';

/** One good call, then each argument made wrong in turn. */
export const refusals: readonly Check[] = [
  defineCheck({
    name: 'refuses-shapes',
    law: 'Wrong numbers of rows, columns, entries or targets, and data that is not float64, are SHAPE errors.',
    needs: ['shapes'],
    test(subject, fail) {
      const { loss, seeds } = subject;
      const { y, targets } = subject.sample(seeds[0]);
      const e = loss.evaluate(y, targets, createRng(1));
      const wrong: Record<string, () => unknown> = {
        'y without rows': () => loss.evaluate(zeros(0, y.cols), [], createRng(1)),
        'y without columns': () => loss.evaluate(zeros(y.rows, 0), targets, createRng(1)),
        'y with an entry too few': () => loss.evaluate({ ...y, data: y.data.subarray(1) }, targets, createRng(1)),
        'y in float32': () =>
          loss.evaluate({ ...y, data: Float32Array.from(y.data) as unknown as Float64Array }, targets, createRng(1)),
        'a target too few': () => loss.evaluate(y, targets.slice(1), createRng(1)),
        'a target too many': () => loss.evaluate(y, [...targets, targets[0]], createRng(1)),
      };
      if (loss.outputs !== undefined) {
        wrong['one output too many'] = () => loss.evaluate(zeros(y.rows, y.cols + 1), targets, createRng(1));
      }
      if (e.hessian) {
        wrong['v with a row too few'] = () => e.hessian!().times(directions(y.rows - 1, y.cols));
        wrong['v with a column too many'] = () => e.hessian!().times(directions(y.rows, y.cols + 1));
      }
      for (const [what, call] of Object.entries(wrong)) refused(fail, what, 'SHAPE', call);
    },
  }),
  defineCheck({
    name: 'refuses-nonfinite',
    law: 'NaN or infinity in y or v is a NONFINITE error.',
    needs: ['finite'],
    test(subject, fail) {
      const { y, targets } = subject.sample(subject.seeds[0]);
      const e = subject.loss.evaluate(y, targets, createRng(1));
      for (const bad of [NaN, Infinity, -Infinity]) {
        for (const k of [0, y.data.length - 1]) {
          const spoilt = spoil(y, k, bad);
          refused(fail, `y with ${bad}`, 'NONFINITE', () => subject.loss.evaluate(spoilt, targets, createRng(1)));
          if (e.hessian) refused(fail, `v with ${bad}`, 'NONFINITE', () => e.hessian!().times(spoilt));
        }
      }
    },
  }),
  defineCheck({
    name: 'refuses-targets',
    law: 'A target that is not one is a TARGET error; one that passes gives finite results.',
    needs: ['finite'],
    test({ plugin, loss, sample, seeds }, fail) {
      const { y, targets } = sample(seeds[0]);
      const valid = compileSchema(plugin.target);
      for (const bad of wrongTargets(targets[0])) {
        const what = `with target ${JSON.stringify(bad)}`;
        const evaluate = (): Evaluation => loss.evaluate(y, [bad, ...targets.slice(1)], createRng(1));
        if (valid(bad)) usable(fail, what, 'TARGET', () => resultsOf(evaluate(), directions(y.rows, y.cols)));
        else refused(fail, what, 'TARGET', evaluate);
      }
    },
  }),
  refusesParams<Subject>(checked),
  defineCheck({
    name: 'params-range',
    law: 'A parameter at 0, at -1, at its bounds or at any of its choices is a PARAMS error or gives finite results.',
    needs: ['finite'],
    once: true,
    test({ plugin, fresh, seeds }, fail) {
      for (const [key, { type, minimum, maximum, enum: choices = [] }] of parametersOf(plugin)) {
        const isLimit = type === 'integer' && (maximum ?? 0) > LARGEST_TRIED; // of memory and time
        const numbers = type === 'number' || type === 'integer' ? [0, -1, minimum, isLimit ? undefined : maximum] : [];
        const values = [...numbers, ...choices, ...(type === 'boolean' ? [true, false] : [])];
        for (const value of values.filter((x) => x !== undefined)) {
          usable(fail, `with ${key} = ${String(value)}`, 'PARAMS', () => {
            const loss = fresh({ [key]: value });
            const { y, targets } = loss.sample(createRng(seeds[0]), 7);
            return resultsOf(loss.evaluate(y, targets, createRng(1)), directions(y.rows, y.cols));
          });
        }
      }
    },
  }),
];

/** A law of plugins of any kind, of which `make` is made. */
export function refusesParams<S extends Described & { fresh(changes: object): unknown }>(
  make: (plugin: S['plugin'], params: object) => unknown,
): Check<S> {
  return defineCheck<S>({
    name: 'refuses-params',
    law: 'Unknown parameters and values that the schema does not allow are PARAMS errors.',
    needs: ['params-closed'],
    once: true,
    test({ plugin, fresh }, fail) {
      refused(fail, 'an unknown parameter', 'PARAMS', () => fresh({ 'no-such-parameter': 1 }));
      refused(fail, 'null for the parameters', 'PARAMS', () => make(plugin, null as unknown as object));
      for (const [key, schema] of parametersOf(plugin)) {
        const valid = compileSchema({ type: 'object', properties: { [key]: schema }, required: [key] });
        for (const bad of [[], {}, null, NaN, 'no-such-choice']) {
          if (valid({ [key]: bad })) continue;
          refused(fail, `params/${key} of ${JSON.stringify(bad)}`, 'PARAMS', () => fresh({ [key]: bad }));
        }
      }
    },
  });
}

/** Integers up to here are tried where they are a parameter's maximum. */
const LARGEST_TRIED = 1000;

interface ParameterSchema {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
}

export function parametersOf({ params }: { readonly params: object }): [string, ParameterSchema][] {
  return Object.entries((params as { properties?: Record<string, ParameterSchema> }).properties ?? {});
}

/** What is hardly ever a target, and near misses of a target that is one. */
function wrongTargets(t: unknown): unknown[] {
  const scalars = [null, NaN, 'no-such-target', -1, 0.5, 1e9];
  if (Array.isArray(t)) {
    return [...scalars, [], {}, t.slice(1), [...t, t[0]], ...scalars.map((bad) => [bad, ...t.slice(1)])];
  }
  if (typeof t !== 'object' || t === null) return [...scalars, [], {}];
  const spoilt = Object.keys(t).map((key) => ({ ...t, [key]: null }));
  return [...scalars, [], {}, ...spoilt];
}

export function refused(fail: Fail, what: string, code: LossErrorCode, call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (error instanceof LossError && error.code === code) return;
    fail({ what, expected: `LossError ${code}`, got: error });
  }
  fail({ what, expected: `LossError ${code}`, got: 'no error' });
}

function usable(fail: Fail, what: string, code: LossErrorCode, call: () => ReadonlyMap<Method, Batch>): void {
  let results: ReadonlyMap<Method, Batch> = new Map();
  try {
    results = call();
  } catch (error) {
    if (error instanceof LossError && error.code === code) return;
    fail({ what, expected: `finite results or LossError ${code}`, got: error });
  }
  const finding = firstNonFinite(results);
  if (finding) fail({ ...finding, what: `${finding.what} ${what}` });
}

function spoil(y: Batch, k: number, bad: number): Batch {
  const spoilt = copyOf(y);
  spoilt.data[k] = bad;
  return spoilt;
}
