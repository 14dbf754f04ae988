import { expect } from 'chai';
import type { CheckedAlgorithm } from '../../core/algorithms/algorithm.js';
import { type Batch, zeros } from '../../core/batch.js';
import type { CheckedLoss } from '../../core/checked.js';
import { LossError } from '../../core/errors.js';
import type { Evaluation } from '../../core/loss.js';
import { textOf } from '../../core/messages.js';
import { newtonStep, type NewtonOptions } from '../../core/newton/index.js';
import { openRegistry } from '../../node/open-registry.js';
import type { Registry } from '../../core/registry.js';
import { createRng, type Rng } from '../../core/random/rng.js';
import { wrongValues } from './wrong-values.js';

/** Cases of each loss and algorithm. */
const CASES = 25;

const SIZES = [0, 5e-324, 1e-300, 1e-16, 1e-3, 0.1, 1, 1, 1, 10, 1e3, 1e6, 1e16, 1e100, 1e200, 1.7e308];
const NUMBERS = [0, 5e-324, 1e-300, 1e-7, 0.5, 1, 1, 2, 37, 1e3, 1e16, 1e155, 1e308];
const INTEGERS = [-1, 0, 0.5, 1, 1, 2, 2, 3, 3, 5, 2 ** 31, 2 ** 53, 1e308];

interface Schema {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** What one case draws: right arguments, extreme ones, and in the place of any of them, now and then, a wrong one. */
class Draws {
  readonly words: string[] = [];

  constructor(readonly rng: Rng) {}

  pick<T>(values: readonly T[]): T {
    return values[this.rng.integer(values.length)];
  }

  wrongOr<T>(value: T, chance = 0.06): T {
    return this.rng.uniform() < chance ? (this.pick(wrongValues()) as T) : value;
  }

  batch(rows: number, cols: number): Batch {
    const y = zeros(rows, cols);
    const [size, ties] = [this.pick(SIZES), this.rng.uniform() < 0.3];
    for (let k = 0; k < y.data.length; k++) {
      y.data[k] = size * (ties ? Math.round(this.rng.normal()) : this.rng.normal());
    }
    return y;
  }

  params(schema: object): object {
    const properties = Object.entries((schema as Schema).properties ?? {}).filter(([key]) =>
      key !== 'algorithm' && this.rng.uniform() < 0.4
    );
    return Object.fromEntries(properties.map(([key, property]) => [key, this.wrongOr(this.parameter(property), 0.03)]));
  }

  private parameter({ type, enum: choices }: Schema): unknown {
    if (choices) return this.pick(choices);
    if (type === 'boolean') return this.rng.uniform() < 0.5;
    return this.pick(type === 'integer' ? INTEGERS : NUMBERS);
  }
}

/** What `act` gives; nothing where it is refused by a LossError. */
async function allowed<T>(
  draws: Draws,
  what: string,
  act: () => T | Promise<T>,
  ...numbers: ((result: T) => ArrayLike<number>)[]
): Promise<T | undefined> {
  try {
    const result = await act();
    for (const entries of numbers) {
      if (!Array.from(entries(result)).every(Number.isFinite)) throw new Error('a result is not finite');
    }
    return result;
  } catch (error) {
    if (error instanceof LossError) return undefined;
    throw new Error(`${[...draws.words, what].join(', ')}: ${String(error)}`, { cause: error });
  }
}

describe('whatever it is given', function() {
  this.timeout(20_000);
  let registry: Registry;
  before(async () => (registry = await openRegistry()));

  it('a loss gives finite results or refuses by a LossError', async () => {
    let evaluated = 0;
    for (const [k, name] of registry.names.entries()) {
      const plugin = await registry.plugin(name);
      for (let number = 0; number < CASES; number++) {
        const draws = new Draws(createRng(k).split(number));
        const params = draws.wrongOr(draws.params(plugin.params));
        draws.words.push(`${name} case ${number}`, textOf(params));
        const loss = await allowed(draws, 'create', () => registry.create(name, params));
        const sample = loss &&
          (await allowed(
            draws,
            'sample',
            () => loss.sample(draws.rng.split(0), 1 + draws.rng.integer(3)),
            ({ y }) => y.data,
          ));
        if (sample && sample.y.cols < 1000 && (await use(draws, loss, sample))) evaluated++;
      }
    }
    expect(evaluated).to.be.at.least(CASES * 5);
  });

  it('an algorithm gives finite solutions or refuses by a LossError', async () => {
    let solved = 0;
    for (const [k, name] of registry.algorithmNames.entries()) {
      const plugin = await registry.algorithmPlugin(name);
      for (let number = 0; number < CASES; number++) {
        const draws = new Draws(createRng(1000 + k).split(number));
        const params = draws.wrongOr(draws.params(plugin.params));
        draws.words.push(`${name} case ${number}`, textOf(params));
        const algorithm = await allowed(draws, 'create', () => registry.algorithm(name, params));
        if (algorithm && (algorithm.inputs ?? 1) < 1000 && (await solve(draws, algorithm))) solved++;
      }
    }
    expect(solved).to.be.at.least(CASES);
  });
});

/** Evaluates and asks for everything; whether there was anything to ask. */
async function use(draws: Draws, loss: CheckedLoss, sample: ReturnType<CheckedLoss['sample']>): Promise<boolean> {
  const { rng } = draws;
  const given = rng.uniform() < 0.2 ? sample.y : draws.batch(sample.y.rows, sample.y.cols);
  const y = draws.wrongOr(given);
  const targets = draws.wrongOr(sample.targets.map((target) => draws.wrongOr(target, 0.02)));
  draws.words.push(textOf(y), textOf(targets));
  const e = await allowed(
    draws,
    'evaluate',
    () => loss.evaluate(y, targets, draws.wrongOr(rng.split(1))),
    ({ value }) => value,
  );
  if (!e) return false;
  await allowed(draws, 'gradient', () => e.gradient(), ({ data }) => data);
  const v = draws.wrongOr(draws.batch(y.rows, y.cols));
  for (const method of ['hessian', 'gaussNewton'] as const) {
    if (!e[method]) continue;
    const C = await allowed(draws, method, () => e[method]!(), (given) => given.factors?.left.data ?? e.value);
    if (!C) continue;
    await allowed(draws, `${method}().blocks`, () => C.blocks(), ({ data }) => data);
    await allowed(draws, `${method}().times of ${textOf(v)}`, () => C.times(v), ({ data }) => data);
  }
  await wrongOptions(draws, e);
  return true;
}

async function wrongOptions(draws: Draws, e: Evaluation): Promise<void> {
  const options = {
    curvature: 'fisher',
    lambda: 1,
    [draws.pick(['curvature', 'lambda', 'scope', 'solver', 'products', 'more'])]: draws.wrongOr('wrong', 0.9),
  };
  const given = draws.wrongOr(options, 0.2) as NewtonOptions;
  await allowed(
    draws,
    `newtonStep with ${textOf(given)}`,
    () => newtonStep(e, given),
    ({ direction }) => direction.data,
  );
}

/** Solves a batch and one instance; whether there was a solution. */
async function solve(draws: Draws, algorithm: CheckedAlgorithm): Promise<boolean> {
  const m = algorithm.inputs ?? 1 + draws.rng.integer(6);
  const costs = draws.wrongOr(draws.batch(1 + draws.rng.integer(3), m));
  const into = draws.rng.uniform() < 0.1 ? { into: draws.wrongOr(undefined, 1) } : {};
  draws.words.push(textOf(costs), textOf(into));
  const solutions = await allowed(draws, 'solveBatch', () => algorithm.solveBatch(costs, into.into), ({ w }) => w.data);
  const [one, out] = [draws.wrongOr(draws.batch(1, m).data), draws.wrongOr(new Float64Array(m))];
  await allowed(draws, `solve ${textOf(one)}`, () => algorithm.solve(one, out), () => out);
  return solutions !== undefined;
}
