import { standardOf } from '../core/algorithms/algorithm-parameter.js';
import type { AnySchema, SchemaObject } from 'ajv';
import { fillParams } from '../core/validation.js';
import type { Capabilities, LossPlugin } from '../core/loss.js';
import { compileSchema, explain, namePattern } from '../core/schema.js';
import { type Check, defineCheck, type Tested } from './check.js';
import type { Subject } from './subject.js';

const kebabCase = new RegExp(namePattern);

const CAPABILITIES: { readonly [K in keyof Capabilities]: readonly Capabilities[K][] } = {
  gradient: ['exact', 'subgradient', 'estimate', 'surrogate'],
  hessian: ['exact', 'estimate', 'products', 'none'],
  convex: [true, false],
  nonnegative: [true, false],
  deterministic: [true, false],
  fisher: [true, false],
};

/** What plugins of any kind say of themselves. */
export interface Named extends Tested {
  readonly plugin: Pick<LossPlugin, 'name' | 'title'> & { readonly params: SchemaObject };
}

/** And whence they have it. */
export interface Described extends Named {
  readonly plugin: Named['plugin'] & Pick<LossPlugin, 'source'>;
}

/** Laws of what plugins of any kind say of themselves. */
export const description = <S extends Described>(): Check<S>[] => [
  nameLaw<S>(),
  defineCheck<S>({
    name: 'citation',
    law: 'Title and source are not empty.',
    once: true,
    test({ plugin }, fail) {
      for (const what of ['title', 'source'] as const) {
        if (!plugin[what]?.trim()) fail({ what, expected: 'text', got: plugin[what] });
      }
    },
  }),
  ...parameterLaws<S>(),
];

/** The same of plugins that cite nothing. */
export const titleAndParameters = <S extends Named>(): Check<S>[] => [
  nameLaw<S>(),
  defineCheck<S>({
    name: 'title',
    law: 'The title is not empty.',
    once: true,
    test({ plugin }, fail) {
      if (!plugin.title?.trim()) fail({ what: 'title', expected: 'text', got: plugin.title });
    },
  }),
  ...parameterLaws<S>(),
];

function nameLaw<S extends Named>(): Check<S> {
  return defineCheck<S>({
    name: 'name',
    law: 'The name is kebab-case, as in registry.json.',
    once: true,
    test({ plugin }, fail) {
      if (!kebabCase.test(plugin.name)) fail({ what: 'name', expected: 'kebab-case', got: plugin.name });
    },
  });
}

function parameterLaws<S extends Named>(): Check<S>[] {
  return [
    defineCheck<S>({
      name: 'params-closed',
      law:
        'The schema of the parameters compiles and is closed (additionalProperties: false) at every object but those of an algorithm.',
      once: true,
      test({ plugin }, fail) {
        compileSchema(plugin.params);
        const open = openObject(plugin.params, 'params');
        if (open) fail({ what: open, expected: 'additionalProperties: false', got: 'an open object' });
      },
    }),
    defineCheck<S>({
      name: 'params-defaults',
      law: 'No parameter needs to be given: {} is filled to valid parameters.',
      once: true,
      test({ plugin }) {
        fillParams(plugin, {});
      },
    }),
  ];
}

/** What the loss says of itself. */
export const contract: readonly Check[] = [
  ...description<Subject>(),
  defineCheck({
    name: 'capabilities',
    law: 'Every capability is declared, with a value that exists.',
    test({ capabilities }, fail) {
      for (const [what, allowed] of Object.entries(CAPABILITIES) as [keyof Capabilities, readonly unknown[]][]) {
        if (!allowed.includes(capabilities[what])) {
          fail({ what, expected: `one of ${allowed.join(', ')}`, got: capabilities[what] });
        }
      }
    },
  }),
  defineCheck({
    name: 'target-schema',
    law: 'The schema of a target compiles and fills in nothing.',
    once: true,
    test({ plugin }, fail) {
      compileSchema(plugin.target);
      const found = within(plugin.target, 'target').find(([, schema]) => 'default' in schema);
      if (found) fail({ what: found[0], expected: 'no default', got: (found[1] as { default: unknown }).default });
    },
  }),
  defineCheck({
    name: 'sample-valid',
    law: 'sample() gives as many rows as asked for, of finite outputs and targets that the plugin accepts.',
    needs: ['params-defaults', 'target-schema'],
    test({ plugin, raw, seeds, sample }, fail) {
      const valid = compileSchema(plugin.target);
      for (const [seed, rows] of [[seeds[0], 1], [seeds[1], 7]] as const) {
        const { y, targets } = sample(seed, rows);
        const m = raw.outputs ?? y.cols;
        const shape = [y.rows, y.cols, y.data.length, targets.length];
        const expected = [rows, m, rows * m, rows];
        if (m < 1 || shape.some((size, k) => size !== expected[k])) {
          fail({ what: 'sizes of sample() (y.rows, y.cols, y.data, targets)', expected, got: shape });
        }
        const k = y.data.findIndex((x) => !Number.isFinite(x));
        if (k >= 0) {
          fail({
            what: 'y of sample()',
            sample: Math.floor(k / m),
            index: k % m,
            expected: 'a finite number',
            got: y.data[k],
          });
        }
        targets.forEach((t, i) => {
          const reason = valid(t) ? raw.reject?.(t, m) : explain(valid, 'target');
          if (reason !== undefined) {
            fail({ what: `target of sample()`, sample: i, expected: 'an accepted target', got: reason });
          }
        });
      }
    },
  }),
  defineCheck({
    name: 'sample-seeded',
    law: 'sample() depends on its rng alone: the same for a seed, another for another.',
    needs: ['sample-valid'],
    test({ seeds, sample }, fail) {
      const [first, again, other] = [seeds[0], seeds[0], seeds[1]].map((seed) => {
        const { y, targets } = sample(seed);
        return JSON.stringify([[...y.data], targets]);
      });
      if (first !== again) fail({ what: 'sample() with one seed, twice', expected: first, got: again });
      if (first === other) fail({ what: 'sample() with two seeds', expected: 'two samples', got: first });
    },
  }),
];

/** The path of an object schema that admits unknown properties, if there is one beside the exception. */
function openObject(schema: AnySchema, path: string): string | undefined {
  const open = ([, s]: [string, Record<string, unknown>]): boolean =>
    ('properties' in s || s['type'] === 'object') && s['additionalProperties'] !== false;
  return within(schema, path).find(open)?.[0];
}

/** A schema and every schema in it, with paths; not those in one of an algorithm, whose parameters are its own. */
function within(schema: unknown, path: string): [string, Record<string, unknown>][] {
  if (typeof schema !== 'object' || schema === null) return [];
  const keywords = schema as Record<string, unknown>;
  if (standardOf(keywords)) return [[path, keywords]];
  const inner: [string, unknown][] = Object.entries(keywords['properties'] ?? {}).map((
    [key, s],
  ) => [`${path}/${key}`, s]);
  for (const keyword of ['items', 'additionalProperties', 'not', 'if', 'then', 'else']) {
    inner.push([`${path}/${keyword}`, keywords[keyword]]);
  }
  for (const keyword of ['items', 'anyOf', 'oneOf', 'allOf']) {
    const list = keywords[keyword];
    if (Array.isArray(list)) list.forEach((s, i) => inner.push([`${path}/${keyword}/${i}`, s]));
  }
  return [[path, keywords], ...inner.flatMap(([at, s]) => within(s, at))];
}
