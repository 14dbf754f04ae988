import type { SchemaOf } from '../../core/parameters.js';
import type { Loss } from '../../core/loss.js';
import { type Defect, normalSamples, reference, withPlugin } from './reference.js';

const { params, capabilities } = reference;

/** Wrong in what the plugin says of itself. */
export const contractDefects: readonly Defect[] = [
  { defect: 'name in camel case', caughtBy: 'name', plugin: withPlugin(reference, { name: 'myLoss' }) },
  { defect: 'empty source', caughtBy: 'citation', plugin: withPlugin(reference, { source: ' ' }) },
  {
    defect: 'capability left out',
    caughtBy: 'capabilities',
    plugin: withPlugin(reference, {
      capabilities: { ...capabilities, fisher: undefined } as unknown as typeof capabilities,
    }),
  },
  {
    defect: 'open parameter schema',
    caughtBy: 'params-closed',
    plugin: withPlugin(reference, { params: { ...params, additionalProperties: true } }),
  },
  {
    defect: 'open object inside the parameter schema',
    caughtBy: 'params-closed',
    plugin: withPlugin(reference, {
      params: changedParams({
        noise: { type: 'object', properties: { sigma: { const: 1, default: 1 } }, default: {} },
      }),
    }),
  },
  {
    defect: 'parameter without a default',
    caughtBy: 'params-defaults',
    plugin: withPlugin(reference, { params: changedParams({ coupling: { type: 'number', exclusiveMinimum: 0 } }) }),
  },
  {
    defect: 'target schema that fills in defaults',
    caughtBy: 'target-schema',
    plugin: withPlugin(reference, {
      target: schemaOf<number[]>({ type: 'array', items: { type: 'number', default: 0 }, minItems: 1 }),
    }),
  },
  {
    defect: 'sample() gives targets of the wrong length',
    caughtBy: 'sample-valid',
    plugin: withPlugin(reference, {
      sample: (p, rng, rows) => ({
        ...normalSamples(p, rng, rows),
        targets: Array.from({ length: rows }, () => [1, 2]),
      }),
    }),
  },
  {
    defect: 'sample() ignores its rng',
    caughtBy: 'sample-seeded',
    plugin: withPlugin(reference, {
      sample(_p, _rng, rows) {
        const data = Float64Array.from({ length: 3 * rows }, (_, k) => Math.sin(k));
        return { y: { rows, cols: 3, data }, targets: Array.from({ length: rows }, (_, i) => [i, 0, 1]) };
      },
    }),
  },
  {
    defect: 'schema that lets unknown parameters through by a pattern',
    caughtBy: 'refuses-params',
    plugin: withPlugin(reference, { params: { ...params, patternProperties: { '-': {} } } }),
  },
  {
    defect: 'schema that allows a parameter at which the loss is not finite',
    caughtBy: 'params-range',
    plugin: {
      ...withPlugin(reference, { params: changedParams({ coupling: { type: 'number', minimum: 0, default: 0.5 } }) }),
      create: (p) => {
        const loss = reference.create(p as { coupling: number }) as Loss;
        return {
          ...loss,
          evaluate(y, targets, rng) {
            const e = loss.evaluate(y, targets, rng);
            return { ...e, value: e.value.map((x) => x + 0 / (p as { coupling: number }).coupling) };
          },
        };
      },
    },
  },
  {
    defect: 'target of another length let through',
    caughtBy: 'refuses-targets',
    plugin: {
      ...withPlugin(reference, {}),
      create: (p) => ({ evaluate: reference.create(p as { coupling: number }).evaluate }),
    },
  },
];

function changedParams(properties: Record<string, unknown>): typeof params {
  const { properties: own } = params as unknown as { properties: object };
  return schemaOf({ ...params, properties: { ...own, ...properties }, required: ['coupling'] });
}

function schemaOf<T>(schema: object): SchemaOf<T> {
  return schema as SchemaOf<T>;
}
