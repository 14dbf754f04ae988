import { lowRank } from '../../core/matrices.js';
import { expect } from 'chai';
import type { AlgorithmPlugin } from '../../core/algorithms/algorithm.js';
import { defineAlgorithm } from '../../core/algorithms/define-algorithm.js';
import { algorithmSchema } from '../../core/algorithms/algorithm-parameter.js';
import { checkedAlgorithm } from '../../core/algorithms/checked-algorithm.js';
import topK from '../../core/algorithms/top-k.js';
import { defineProgramLoss, type ProgramLossPlugin } from '../../core/autodiff/program-loss.js';
import { batchOf, zeros } from '../../core/batch.js';
import { checked } from '../../core/checked.js';
import { defineLoss, defineSampleLoss, type SampleLossPlugin } from '../../core/define.js';
import { LossError } from '../../core/errors.js';
import type { Evaluation, LossPlugin } from '../../core/loss.js';
import { textOf } from '../../core/messages.js';
import { defineRelaxedLoss } from '../../core/relaxed/relaxed-loss.js';
import type { SchemaOf } from '../../core/parameters.js';
import { createRng } from '../../core/random/rng.js';
import { codeOf } from '../harness/helpers.js';
import { wrongValues } from './wrong-values.js';

const y = batchOf([[1, 2], [3, 4]]);
const targets = [0, 1];
const noParams = { type: 'object', properties: {}, required: [], additionalProperties: false };
const integer = { type: 'integer' };
const methods = ['gradient', 'hessian', 'gaussNewton'] as const;
const zeroFactors = { rank: 1, weights: new Float64Array(2), left: zeros(2, 2), right: zeros(2, 2) };

/** What an evaluation can have, all right. */
function evaluation(): Evaluation {
  return {
    value: new Float64Array(2),
    gradient: () => zeros(2, 2),
    hessian: () => zeros(2, 4),
    gaussNewton: () => lowRank(zeroFactors),
  };
}

type Changes = Readonly<Record<string, unknown>>;

/** A plugin that is right but for the changes of it, of its loss and of its evaluations. */
function pluginWith(plugin: Changes, loss: Changes = {}, e: Changes = {}): LossPlugin<number> {
  return {
    name: 'mine',
    title: 'Mine',
    source: 'test',
    params: noParams,
    target: integer,
    capabilities: {
      gradient: 'exact',
      hessian: 'exact',
      convex: true,
      nonnegative: true,
      deterministic: true,
      fisher: true,
    },
    create: () => ({ evaluate: () => ({ ...evaluation(), ...e }), ...loss }),
    sample: () => ({ y, targets }),
    ...plugin,
  } as unknown as LossPlugin<number>;
}

/** All that can be asked of a loss. */
function use(plugin: LossPlugin<number>): void {
  const loss = checked(plugin);
  loss.sample(createRng(1), 2);
  const e = loss.evaluate(y, targets, createRng(1));
  e.gradient();
  for (const C of [e.hessian?.(), e.gaussNewton?.()]) {
    C?.blocks();
    C?.times(y);
    C?.mean();
  }
}

/** The error that `act` throws, a LossError of that code which names the plugin and the part. */
function expectError(act: () => unknown, code: string, part: string): LossError {
  let error: unknown;
  try {
    act();
  } catch (thrown) {
    error = thrown;
  }
  expect(error, part).to.be.instanceOf(LossError).with.property('code', code);
  expect((error as LossError).message).to.include('mine').and.include(part);
  return error as LossError;
}

const thrown = new Error('on purpose');
const throws = (): never => {
  throw thrown;
};

describe('mistakes of plugins', () => {
  it('are none in the plugin that the others differ from', () => use(pluginWith({})));

  it('are named where a function throws, with the error as cause', () => {
    const losses: Record<string, LossPlugin<number>> = {
      create: pluginWith({ create: throws }),
      sample: pluginWith({ sample: throws }),
      evaluate: pluginWith({}, { evaluate: throws }),
      reject: pluginWith({}, { reject: throws }),
    };
    for (const method of methods) losses[method] = pluginWith({}, {}, { [method]: throws });
    for (const [part, plugin] of Object.entries(losses)) {
      expect(expectError(() => use(plugin), 'UNSUPPORTED', `${part}()`).cause).to.equal(thrown);
    }
  });

  it("are named where a function promises, and its rejection is nobody's concern", () => {
    const promises = (): Promise<never> => Promise.reject(thrown);
    const losses: Record<string, LossPlugin<number>> = {
      create: pluginWith({ create: promises }),
      sample: pluginWith({ sample: promises }),
      evaluate: pluginWith({}, { evaluate: promises }),
      reject: pluginWith({}, { reject: promises }),
    };
    for (const method of methods) losses[method] = pluginWith({}, {}, { [method]: promises });
    for (const [part, plugin] of Object.entries(losses)) expectError(() => use(plugin), 'UNSUPPORTED', `${part}()`);
  });

  it('are LossErrors as they are, also those of another copy of this package', () => {
    const own = new LossError('TARGET', 'mine: evaluate says no');
    expect(codeOf(() =>
      use(pluginWith({}, {
        evaluate: () => {
          throw own;
        },
      }))
    )).to.equal('TARGET');
    const foreign = Object.assign(new Error('mine: evaluate says no'), { name: 'LossError', code: 'NONFINITE' });
    expectError(
      () =>
        use(pluginWith({}, {
          evaluate: () => {
            throw foreign;
          },
        })),
      'NONFINITE',
      'evaluate',
    );
  });

  it('are named where anything else is thrown', () => {
    for (const value of wrongValues()) {
      expectError(
        () =>
          use(pluginWith({}, {
            evaluate: () => {
              throw value;
            },
          })),
        'UNSUPPORTED',
        'evaluate()',
      );
    }
  });

  it('say the sizes where memory does not suffice', () => {
    const allocations = [
      () => new Float64Array(2 ** 45),
      () => zeros(2 ** 40, 2 ** 5),
      () => new WebAssembly.Memory({ initial: 2 ** 20 }),
    ];
    for (const allocate of allocations) {
      expectError(() => use(pluginWith({}, { evaluate: allocate })), 'UNSUPPORTED', '(2, 2)');
      expectError(() => use(pluginWith({}, {}, { hessian: allocate })), 'UNSUPPORTED', '(2, 2)');
      expectError(() => use(pluginWith({ create: allocate })), 'UNSUPPORTED', 'params {}');
    }
  });

  it('are named where a part of the plugin is of the wrong kind', () => {
    for (const value of wrongValues()) {
      const text = textOf(value);
      expect(codeOf(() => checked(value as LossPlugin)), text).to.equal('REGISTRY');
      for (const part of ['create', 'sample']) {
        if (typeof value !== 'function') expectError(() => checked(pluginWith({ [part]: value })), 'REGISTRY', part);
      }
      const isData = typeof value === 'object' && value !== null;
      for (const part of ['params', 'target', 'capabilities']) {
        if (!isData) expectError(() => checked(pluginWith({ [part]: value })), 'REGISTRY', part);
      }
      if (typeof value !== 'string') {
        expect(codeOf(() => checked(pluginWith({ name: value }))), text).to.equal('REGISTRY');
      }
    }
    for (const part of ['params', 'target']) {
      for (
        const schema of [
          { type: 'objekt' },
          { minimum: 'x' },
          { $ref: '#/none' },
          { typ: 'object' },
          { $async: true },
          [],
          new Map([['type', 1]]),
        ]
      ) {
        const plugin = pluginWith({ [part]: schema });
        if (!(Array.isArray(schema) || schema instanceof Map)) expectError(() => checked(plugin), 'REGISTRY', part);
        else expect(['REGISTRY', undefined]).to.include(attemptCode(() => checked(plugin)));
      }
    }
  });

  it('are named where results are of the wrong kind', () => {
    for (const value of wrongValues()) {
      const text = textOf(value);
      if (text === 'a Promise') continue;
      expect(codeOf(() => use(pluginWith({ create: () => value }))), text).to.equal('UNSUPPORTED');
      expect(codeOf(() => use(pluginWith({}, { evaluate: () => value }))), text).to.equal('UNSUPPORTED');
      expect(codeOf(() => use(pluginWith({ sample: () => value }))), text).to.equal('SHAPE');
      if (value !== undefined && typeof value !== 'string') {
        expect(codeOf(() => use(pluginWith({}, { reject: () => value }))), text).to.equal('UNSUPPORTED');
        expect(codeOf(() => use(pluginWith({}, { outputs: value }))), text).to.be.oneOf(['UNSUPPORTED', 'SHAPE']);
      }
      if (text !== 'Float64Array [0,0]') {
        expect(codeOf(() => use(pluginWith({}, {}, { value }))), text).to.equal('SHAPE');
      }
      for (const method of methods) {
        if (value === undefined && method.length > 8) continue;
        if (typeof value !== 'function') {
          expect(codeOf(() => use(pluginWith({}, {}, { [method]: value }))), `${method} ${text}`).to.equal(
            'UNSUPPORTED',
          );
        }
        const unreadable = text === 'an object that cannot be read' ? ['UNSUPPORTED'] : [];
        expect(codeOf(() => use(pluginWith({}, {}, { [method]: () => value }))), `${method}() ${text}`).to.be.oneOf([
          'SHAPE',
          ...unreadable,
        ]);
      }
      for (const part of ['rank', 'weights', 'left', 'right'] as const) {
        const factors = { ...zeroFactors, [part]: value };
        if (value !== undefined && text !== textOf(zeroFactors[part])) {
          expect(
            codeOf(() => use(pluginWith({}, {}, { gaussNewton: () => ({ ...lowRank(zeroFactors), factors }) }))),
            `${part} ${text}`,
          ).to.equal(
            'SHAPE',
          );
        }
      }
    }
  });
});

describe('mistakes in definitions', () => {
  it('are found when the plugin is defined', () => {
    const defines = [
      defineLoss,
      defineSampleLoss,
      defineProgramLoss,
      defineRelaxedLoss,
      defineAlgorithm,
      algorithmSchema,
    ] as unknown as ((plugin: unknown) => unknown)[];
    for (const define of defines) {
      for (const value of wrongValues()) {
        expect(codeOf(() => define(value)), `${define.name} ${textOf(value)}`).to.equal('REGISTRY');
      }
    }
  });

  it('are found when a loss is made or used', () => {
    for (
      const define of [
        defineSampleLoss,
        defineProgramLoss,
        defineRelaxedLoss,
      ] as unknown as ((plugin: unknown) => LossPlugin<number>)[]
    ) {
      for (const value of wrongValues()) {
        const plugin = define(pluginWith({ create: () => value }));
        expect(codeOf(() => use(plugin)), `${define.name} ${textOf(value)}`).to.equal('UNSUPPORTED');
      }
    }
    for (const value of [...wrongValues(), Promise.reject(thrown)]) {
      const plugin = defineProgramLoss(
        pluginWith({ create: () => ({ program: () => value }) }) as unknown as ProgramLossPlugin<
          SchemaOf<number>,
          SchemaOf<object>
        >,
      );
      expect(codeOf(() => use(plugin)), textOf(value)).to.equal('UNSUPPORTED');
    }
  });

  it('are found where the functions of one sample return something else', () => {
    const right = { value: () => 0, gradient: () => [0, 0], hessian: () => [0, 0, 0, 0] };
    const sampleLoss = (changes: Changes): LossPlugin<number> =>
      defineSampleLoss(
        pluginWith({ create: () => ({ ...right, ...changes }) }) as unknown as SampleLossPlugin<
          SchemaOf<number>,
          SchemaOf<object>
        >,
      );
    use(sampleLoss({}));
    for (const method of ['gradient', 'hessian'] as const) {
      for (const value of [[], [0], [0, 0, 0], undefined, null, 0, 'xx', {}, new Float64Array(5)]) {
        expectError(() => use(sampleLoss({ [method]: () => value })), 'SHAPE', method);
      }
      expectError(
        () => use(sampleLoss({ [method]: () => [NaN, 1, 1, 1].slice(0, right[method]().length) })),
        'NONFINITE',
        method,
      );
    }
    for (const method of ['value', 'gradient', 'hessian']) {
      expectError(() => use(sampleLoss({ [method]: () => Promise.reject(thrown) })), 'UNSUPPORTED', method);
      expectError(() => use(sampleLoss({ [method]: throws })), 'UNSUPPORTED', 'on purpose');
    }
    expectError(() => use(sampleLoss({ value: () => undefined })), 'NONFINITE', 'value');
  });
});

describe('mistakes of algorithms', () => {
  const costs = batchOf([[1, 2], [4, 3]]);

  const algorithmWith = (plugin: Changes, algorithm: Changes = {}): AlgorithmPlugin => ({
    name: 'mine',
    title: 'Mine',
    source: 'test',
    params: noParams,
    create: () => ({
      sense: 'minimise',
      outputs: (m: number) => m,
      solve: (_costs: Float64Array, out: Float64Array) => out.fill(0)[0],
      ...algorithm,
    }),
    sample: () => costs,
    ...plugin,
  });

  const useAlgorithm = (plugin: AlgorithmPlugin): void => {
    const algorithm = checkedAlgorithm(plugin);
    algorithm.solveBatch(costs);
    algorithm.solve(Float64Array.of(1, 2), new Float64Array(2));
  };

  it('are none in the algorithm that the others differ from', () => useAlgorithm(algorithmWith({})));

  it('are named where a function throws or promises', () => {
    const promises = (): Promise<never> => Promise.reject(thrown);
    for (const act of [throws, promises]) {
      expectError(() => useAlgorithm(algorithmWith({ create: act })), 'UNSUPPORTED', 'create()');
      for (const part of ['outputs', 'solve']) {
        expectError(() => useAlgorithm(algorithmWith({}, { [part]: act })), 'UNSUPPORTED', `${part}()`);
      }
      expectError(() => useAlgorithm(algorithmWith({}, { solveRows: act })), 'UNSUPPORTED', 'solve()');
    }
  });

  it('are named where parts or results are of the wrong kind', () => {
    for (const value of wrongValues()) {
      const text = textOf(value);
      expect(codeOf(() => checkedAlgorithm(value as AlgorithmPlugin)), text).to.equal('REGISTRY');
      expect(codeOf(() => useAlgorithm(algorithmWith({ create: () => value }))), text).to.equal('UNSUPPORTED');
      for (const part of ['sense', 'outputs', 'solve']) {
        if (typeof value !== 'function' || part === 'sense') {
          expect(codeOf(() => useAlgorithm(algorithmWith({}, { [part]: value }))), `${part} ${text}`).to.equal(
            'UNSUPPORTED',
          );
        }
      }
      if (value !== undefined && typeof value !== 'function') {
        expect(codeOf(() => useAlgorithm(algorithmWith({}, { solveRows: value }))), text).to.equal('UNSUPPORTED');
      }
      if (value !== undefined && value !== 2) {
        expect(codeOf(() => useAlgorithm(algorithmWith({}, { inputs: value }))), text).to.be.oneOf([
          'UNSUPPORTED',
          'SHAPE',
        ]);
      }
      const right = typeof value === 'number' && !Number.isNaN(value);
      const solves = algorithmWith({}, { solve: () => value });
      if (right) useAlgorithm(solves);
      else {expect(codeOf(() => useAlgorithm(solves)), `solve() ${text}`).to.equal(
          typeof value === 'number' ? 'NONFINITE' : 'UNSUPPORTED',
        );}
      if (!(Number.isSafeInteger(value) && (value as number) > 0)) {
        expect(codeOf(() => useAlgorithm(algorithmWith({}, { outputs: () => value }))), text).to.equal('UNSUPPORTED');
      }
    }
  });

  it('are named where a solution is not finite', () => {
    const nan = algorithmWith({}, { solve: (_costs: Float64Array, out: Float64Array) => (out.fill(NaN), 0) });
    expectError(() => useAlgorithm(nan), 'NONFINITE', 'solution');
  });

  it('are those of the caller where arguments are wrong', () => {
    const algorithm = checkedAlgorithm(topK);
    for (const value of wrongValues()) {
      const text = textOf(value);
      const right = text === 'Float64Array [0,0]';
      expect(codeOf(() => algorithm.solveBatch(value as never)), text).to.equal('SHAPE');
      if (value !== undefined && value !== null) {
        expect(codeOf(() => algorithm.solveBatch(costs, value as never)), text).to.equal('SHAPE');
      }
      if (!right) expect(codeOf(() => algorithm.solve(value as never, new Float64Array(2))), text).to.equal('SHAPE');
      if (!right) expect(codeOf(() => algorithm.solve(new Float64Array(2), value as never)), text).to.equal('SHAPE');
    }
  });
});

function attemptCode(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof LossError ? error.code : 'no code';
  }
}
