import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import assignment from '../../../core/algorithms/assignment.js';
import gridShortestPath from '../../../core/algorithms/grid-shortest-path.js';
import topK from '../../../core/algorithms/top-k.js';
import { batchOf, row, zeros } from '../../../core/batch.js';
import { checked } from '../../../core/checked.js';
import { defineLoss } from '../../../core/define.js';
import { algorithmSchema } from '../../../core/algorithms/algorithm-parameter.js';
import type { CheckedAlgorithm } from '../../../core/algorithms/algorithm.js';
import { defineAlgorithm } from '../../../core/algorithms/define-algorithm.js';
import { textOf } from '../../../core/messages.js';
import { parameters } from '../../../core/parameters.js';
import { openRegistry } from '../../../node/open-registry.js';
import { packageRoot } from '../../../node/package-root.js';
import { createRng } from '../../../core/random/rng.js';
import { conformance } from '../../../conformance/index.js';
import { codeOf, temporaryFolder } from '../../harness/helpers.js';

/** 1/2 |w(y) - t|^2 of the solution w, with the surrogate gradient w - t. */
export const solutionDistance = defineLoss({
  name: 'solution-distance',
  title: 'Squared distance of solutions',
  source: 'test',
  params: parameters({
    algorithm: algorithmSchema(topK),
    weight: { type: 'number', exclusiveMinimum: 0, default: 1 },
  }),
  target: { type: 'array', items: { type: 'number' }, minItems: 1 },
  capabilities: { gradient: 'surrogate', hessian: 'none', nonnegative: true },
  create: ({ algorithm, weight }) => ({
    ...(algorithm.inputs !== undefined && { outputs: algorithm.inputs }),
    reject: (
      t,
      m,
    ) => (t.length === algorithm.outputs(m)
      ? undefined
      : `should have ${algorithm.outputs(m)} entries, got ${t.length}`),
    evaluate(y, targets) {
      const { w } = algorithm.solveBatch(y);
      for (let i = 0; i < w.rows; i++) for (let j = 0; j < w.cols; j++) w.data[i * w.cols + j] -= targets[i][j];
      const half = (d: Float64Array): number => d.reduce((sum, x) => sum + 0.5 * weight * x * x, 0);
      return {
        value: Float64Array.from({ length: w.rows }, (_, i) => half(row(w, i))),
        gradient: () => ({ ...zeros(w.rows, w.cols), data: w.data.map((d) => weight * d) }),
      };
    },
  }),
  sample({ algorithm }, rng, rows) {
    const y = algorithm.plugin.sample(algorithm.params, rng, rows);
    const { w } = algorithm.solveBatch(algorithm.plugin.sample(algorithm.params, rng, rows));
    return { y, targets: Array.from({ length: rows }, (_, i) => [...row(w, i)]) };
  },
});

conformance(solutionDistance);
conformance(solutionDistance, { params: { algorithm: gridShortestPath({ rows: 3, columns: 4 }) } });
const grid = { algorithm: { name: 'grid-shortest-path', params: { rows: 3, columns: 4 } } };

interface Filled {
  readonly algorithm: { readonly name: string };
}

/** The solution of another algorithm for costs with the opposite sign. */
const opposite = defineAlgorithm({
  name: 'opposite',
  title: 'Of the opposite costs',
  source: 'test',
  params: parameters({ of: algorithmSchema(topK, 'the algorithm that is asked') }),
  create({ of }) {
    const { sense, inputs } = of;
    return {
      sense: sense === 'minimise' ? 'maximise' : 'minimise',
      ...(inputs !== undefined && { inputs }),
      outputs: (m) => of.outputs(m),
      solve: (costs, out) => -of.solve(costs.map((c) => -c), out),
    };
  },
  sample: ({ of: { plugin, params } }, rng, rows, m) => plugin.sample(params, rng, rows, m),
});

describe('an algorithm as a parameter', () => {
  const folder = temporaryFolder();

  it('is the one of the schema unless told otherwise, with defaults filled', () => {
    const loss = checked(solutionDistance);
    expect(loss.params).to.deep.equal({ algorithm: { name: 'top-k', params: { k: 1 } }, weight: 1 });
    const { value } = loss.evaluate(batchOf([[3, 1, 2]]), [[0, 1, 0]], createRng(0));
    expect(value[0]).to.equal(1);
    expect(loss.sample(createRng(1), 4).targets).to.have.length(4);
  });

  it("is taken by name and parameters, where it is the schema's own", () => {
    const two = { algorithm: { name: 'top-k', params: { k: 2 } } };
    expect(checked(solutionDistance, two).params).to.deep.equal({ ...two, weight: 1 });
    expect(codeOf(() => checked(solutionDistance, grid))).to.equal('PARAMS');
    expect(() => checked(solutionDistance, grid)).to.throw(
      'solution-distance: params/algorithm/name should be top-k, or an algorithm stand in its place',
    );
    const wrong = { algorithm: { name: 'top-k', params: { k: 0 } } };
    expect(() => checked(solutionDistance, wrong)).to.throw('top-k: params/k must be >= 1, got 0');
  });

  it('is taken as it was made', () => {
    const loss = checked(solutionDistance, { algorithm: gridShortestPath({ rows: 3, columns: 4 }) });
    expect(loss.outputs).to.equal(12);
    expect(loss.params).to.deep.include({ weight: 1 });
    expect(loss.params).to.have.nested.property('algorithm.name', 'grid-shortest-path');
    expect(loss.params).to.have.nested.property('algorithm.params.neighbours', 8);
    expect(structuredClone(loss.params)).to.deep.equal(loss.params);
    expect(codeOf(() => gridShortestPath({ rows: 0 }))).to.equal('PARAMS');
  });

  it('is no plugin, no name and no other value', () => {
    for (const algorithm of [topK, assignment, 'top-k', null, 3, [], { name: 3 }, { solveBatch: () => 1 }]) {
      const params = { algorithm: algorithm as unknown as CheckedAlgorithm };
      expect(codeOf(() => checked(solutionDistance, params)), textOf(algorithm)).to.equal('PARAMS');
    }
  });

  it('may have an algorithm as a parameter itself', async () => {
    const costs = batchOf([[3, 1, 2]]);
    expect([...opposite().solveBatch(costs).w.data]).to.deep.equal([0, 1, 0]);
    const twice = opposite({ of: opposite({ of: topK({ k: 2 }) }) });
    expect([...twice.solveBatch(costs).w.data]).to.deep.equal([1, 0, 1]);
    const inner = { name: 'top-k', params: { k: 2 } };
    expect(twice.params).to.deep.equal({ of: { name: 'opposite', params: { of: inner } } });
    const loss = checked(solutionDistance, { algorithm: twice });
    expect(loss.params).to.have.nested.property('algorithm.params.of.params.of.params.k', 2);
    expect(loss.evaluate(costs, [[1, 0, 1]], createRng(0)).value[0]).to.equal(0);
  });

  it('finds any algorithm of the registry by name', async () => {
    const module =
      pathToFileURL(path.join(packageRoot(), 'dist/test/core/algorithms/algorithm-parameter.test.js')).href;
    const ranking = pathToFileURL(path.join(packageRoot(), 'dist/core/algorithms/ranking.js')).href;
    writeFileSync(path.join(folder(), 'loss.mjs'), `export { solutionDistance as default } from '${module}';\n`);
    writeFileSync(
      path.join(folder(), 'solver.mjs'),
      `import ranking from '${ranking}';\nexport default { ...ranking, name: 'their-solver' };\n`,
    );
    const file = path.join(folder(), 'registry.json');
    writeFileSync(
      file,
      JSON.stringify({ losses: { 'solution-distance': './loss.mjs' }, algorithms: { 'their-solver': './solver.mjs' } }),
    );
    const registry = await openRegistry(file);
    const names = async (params: object): Promise<string> =>
      ((await registry.create('solution-distance', params)).params as Filled).algorithm.name;
    expect(await names({})).to.equal('top-k');
    expect(await names(grid)).to.equal('grid-shortest-path');
    expect(await names({ algorithm: { name: 'their-solver' } })).to.equal('their-solver');
    for (
      const [params, code] of [
        [{ algorithm: { name: 'no-such-algorithm' } }, 'ALGORITHM_UNKNOWN'],
        [{ algorithm: { name: 3 } }, 'PARAMS'],
        [{ algorithm: null }, 'PARAMS'],
        [null, 'PARAMS'],
      ] as const
    ) {
      const created = await registry.create('solution-distance', params as object).catch((error: unknown) => error);
      expect(created, JSON.stringify(params)).to.have.property('code', code);
    }
  });
});
