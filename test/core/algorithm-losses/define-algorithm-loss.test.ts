import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import assignment from '../../../core/algorithms/assignment.js';
import gridShortestPath from '../../../core/algorithms/grid-shortest-path.js';
import topK from '../../../core/algorithms/top-k.js';
import { batchOf, row, zeros } from '../../../core/batch.js';
import { checked } from '../../../core/checked.js';
import { defineAlgorithmLoss } from '../../../core/algorithm-losses/define-algorithm-loss.js';
import { parameters } from '../../../core/parameters.js';
import { openRegistry } from '../../../node/open-registry.js';
import { packageRoot } from '../../../node/package-root.js';
import { createRng } from '../../../core/random/rng.js';
import { conformance } from '../../../conformance/index.js';
import { codeOf, temporaryFolder } from '../../harness/helpers.js';

/** 1/2 |w(y) - t|^2 of the solution w, with the surrogate gradient w - t. */
export const solutionDistance = defineAlgorithmLoss({
  name: 'solution-distance',
  title: 'Squared distance of solutions',
  source: 'test',
  params: parameters({ weight: { type: 'number', exclusiveMinimum: 0, default: 1 } }),
  target: { type: 'array', items: { type: 'number' }, minItems: 1 },
  capabilities: { gradient: 'surrogate', hessian: 'none', nonnegative: true },
  algorithm: topK,
  create: ({ weight }, algorithm) => ({
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
  sample(_params, rng, rows, algorithm) {
    const y = algorithm.plugin.sample(algorithm.params, rng, rows);
    const { w } = algorithm.solveBatch(algorithm.plugin.sample(algorithm.params, rng, rows));
    return { y, targets: Array.from({ length: rows }, (_, i) => [...row(w, i)]) };
  },
});

conformance(solutionDistance);
const grid = { algorithm: { name: 'grid-shortest-path', params: { rows: 3, columns: 4 } } };
conformance(solutionDistance, { algorithm: gridShortestPath, params: grid });

describe('a loss over a hard algorithm', () => {
  const folder = temporaryFolder();

  it('takes its own algorithm unless told otherwise, with defaults filled', () => {
    const loss = checked(solutionDistance);
    expect(loss.params).to.deep.equal({ algorithm: { name: 'top-k', params: { k: 1 } }, weight: 1 });
    expect(loss.algorithm?.plugin).to.equal(topK);
    const { value } = loss.evaluate(batchOf([[3, 1, 2]]), [[0, 1, 0]], createRng(0));
    expect(value[0]).to.equal(1);
    expect(loss.sample(createRng(1), 4).targets).to.have.length(4);
  });

  it('takes the algorithm that it is given, whose parameters are checked too', () => {
    const loss = checked(solutionDistance, grid, gridShortestPath);
    expect(loss.outputs).to.equal(12);
    expect(loss.params).to.deep.include({ weight: 1 });
    expect(loss.params).to.have.nested.property('algorithm.params.neighbours', 8);
    const wrong = { algorithm: { name: 'grid-shortest-path', params: { rows: 0 } } };
    expect(codeOf(() => checked(solutionDistance, wrong, gridShortestPath))).to.equal('PARAMS');
    expect(codeOf(() => checked(solutionDistance, grid, assignment))).to.equal('PARAMS');
    expect(codeOf(() => checked(solutionDistance, grid))).to.equal('PARAMS');
  });

  it('finds any algorithm of the registry by name', async () => {
    const module =
      pathToFileURL(path.join(packageRoot(), 'dist/test/core/algorithm-losses/define-algorithm-loss.test.js')).href;
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
    const names = async (params: object): Promise<string | undefined> =>
      (await registry.create('solution-distance', params)).algorithm?.plugin.name;
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
