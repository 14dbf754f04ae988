import { expect } from 'chai';
import { openRegistry } from '../../node/open-registry.js';
import type { Registry } from '../../core/registry.js';
import { createRng } from '../../core/random/rng.js';
import { codeOf, failureOf } from '../harness/helpers.js';

interface Schema {
  readonly type?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

describe('sizes', () => {
  let registry: Registry;
  before(async () => (registry = await openRegistry()));

  /** Of each integer parameter of every loss and algorithm, where it is. */
  const integers = async (): Promise<[name: string, parameter: string, schema: Schema][]> => {
    const losses = await Promise.all(registry.names.map((name) => registry.plugin(name)));
    const algorithms = await Promise.all(registry.algorithmNames.map((name) => registry.algorithmPlugin(name)));
    return [...losses, ...algorithms].flatMap(({ name, params }) =>
      Object.entries((params as Schema).properties ?? {}).flatMap(([parameter, schema]) =>
        schema.type === 'integer' && schema.enum === undefined
          ? [[name, parameter, schema] as [string, string, Schema]]
          : []
      )
    );
  };

  it('have a maximum wherever they are parameters', async () => {
    const found = await integers();
    expect(found.length).to.be.at.least(10);
    for (const [name, parameter, { maximum = Infinity }] of found) {
      expect(maximum, `${name}: ${parameter}`).to.be.within(1, 1e6);
    }
  });

  it('are refused above it, at once', async () => {
    for (const [name, parameter, { maximum }] of await integers()) {
      for (const value of [maximum! + 1, 2 ** 53, 1e308]) {
        const params = { [parameter]: value };
        const made = registry.names.includes(name)
          ? () => registry.create(name, params)
          : () => registry.algorithm(name, params);
        expect((await failureOf(made)).code, `${name}: ${parameter} ${value}`).to.equal('PARAMS');
      }
    }
  });

  it('are UNSUPPORTED where they are beyond memory, and named', async () => {
    const losses = ['stochastic-smoothing-algorithm', 'perturbed-fenchel-young', 'i-mle', 'stochastic-smoothing'];
    for (const name of losses.filter((loss) => registry.names.includes(loss))) {
      const loss = await registry.create(name, { samples: 1_000_000 });
      const wide = { rows: 2, cols: 200_000, data: new Float64Array(400_000) };
      const { targets } = (await registry.create(name)).sample(createRng(1), 2);
      const wider = targets.map((
        target,
      ) => (Array.isArray(target)
        ? [...(target as number[]), ...new Array<number>(200_000 - target.length).fill(0)]
        : target)
      );
      const evaluate = (): unknown => loss.evaluate(wide, wider, createRng(1));
      expect(codeOf(evaluate), name).to.equal('UNSUPPORTED');
      expect(evaluate, name).to.throw(new RegExp(`${name}.*2, 200000.*memory`));
    }
    const mse = await registry.create('mse');
    const e = mse.evaluate({ rows: 1, cols: 300_000, data: new Float64Array(300_000) }, [
      new Array<number>(300_000).fill(0),
    ], createRng(1));
    expect(codeOf(() => e.hessian!().blocks())).to.equal('UNSUPPORTED');
    expect(codeOf(() => mse.sample(createRng(1), 2 ** 50))).to.equal('UNSUPPORTED');
  });
});
