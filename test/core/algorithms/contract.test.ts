import { expect } from 'chai';
import { type Batch, copyOf, row, takeRows } from '../../../core/batch.js';
import { checkedAlgorithm } from '../../../core/algorithms/checked-algorithm.js';
import { openRegistry } from '../../../node/open-registry.js';
import { createRng } from '../../../core/random/rng.js';
import { compileSchema } from '../../../core/schema.js';
import { codeOf } from '../../harness/helpers.js';

const registry = await openRegistry();

/** What holds for every registered algorithm. */
for (const name of registry.algorithmNames) {
  const plugin = await registry.algorithmPlugin(name);
  const algorithm = checkedAlgorithm(plugin);
  const costs = plugin.sample(algorithm.params, createRng(1), 12);
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, j) => sum + x * b[j], 0);

  describe(`algorithm ${name}`, () => {
    it('describes itself; its parameters have defaults and are closed', () => {
      expect(plugin.name).to.equal(name);
      expect(plugin.title).to.not.equal('');
      expect(plugin.source).to.not.equal('');
      expect(compileSchema(plugin.params)({})).to.equal(true);
      expect(codeOf(() => checkedAlgorithm(plugin, { unheardOf: 1 }))).to.equal('PARAMS');
    });

    it('gives a solution no worse than those of other costs, and its objective', () => {
      const { w, objective } = algorithm.solveBatch(costs);
      const sign = algorithm.sense === 'minimise' ? 1 : -1;
      for (let i = 0; i < costs.rows; i++) {
        expect(objective[i]).to.be.closeTo(dot(row(costs, i), row(w, i)), 1e-12 * Math.abs(objective[i]));
        for (let j = 0; j < costs.rows; j++) {
          expect(sign * (dot(row(costs, i), row(w, j)) - objective[i])).to.be.at.least(-1e-12 * Math.abs(objective[i]));
        }
      }
    });

    it('counts negative costs as 0 where it says so, and else takes them as they are', () => {
      const least = costs.data.reduce((min, cost) => Math.min(min, cost), Infinity);
      const most = costs.data.reduce((max, cost) => Math.max(max, cost), -Infinity);
      for (const shift of algorithm.clamps ? [(least + most) / 2, most] : [most]) {
        const shifted = { ...costs, data: costs.data.map((cost) => cost - shift) };
        const clamped = { ...costs, data: shifted.data.map((cost) => Math.max(cost, 0)) };
        const [given, positive] = [algorithm.solveBatch(shifted), algorithm.solveBatch(clamped)];
        if (algorithm.clamps) expect(given).to.deep.equal(positive);
        else expect(given.w).to.not.deep.equal(positive.w);
      }
    });

    it('depends on the costs alone: not on the batch, earlier calls or what out held', () => {
      const before = copyOf(costs);
      const { w, objective } = algorithm.solveBatch(costs);
      const backwards = Array.from({ length: costs.rows }, (_, i) => costs.rows - 1 - i);
      const into = { w: copyOf(w), objective: new Float64Array(costs.rows).fill(NaN) };
      into.w.data.fill(NaN);
      expect(algorithm.solveBatch(takeRows(costs, backwards), into)).to.deep.equal({
        w: takeRows(w, backwards),
        objective: objective.toReversed(),
      });
      const out = new Float64Array(w.cols).fill(7);
      expect(checkedAlgorithm(plugin).solve(row(costs, 3), out)).to.equal(objective[3]);
      expect(out).to.deep.equal(row(w, 3).slice());
      expect(costs).to.deep.equal(before);
    });

    it('refuses wrong lengths and costs that are not finite', () => {
      const c = row(costs, 0);
      const out = new Float64Array(algorithm.outputs(c.length));
      const wide = new Float64Array(out.length + 1);
      expect(codeOf(() => algorithm.solve(c, wide))).to.equal('SHAPE');
      expect(codeOf(() => algorithm.solve(new Float64Array(0), new Float64Array(0)))).to.equal('SHAPE');
      expect(codeOf(() => algorithm.solve([...c] as unknown as Float64Array, out))).to.equal('SHAPE');
      if (algorithm.inputs !== undefined) {
        expect(codeOf(() => algorithm.solve(new Float64Array(c.length + 1), out))).to.equal('SHAPE');
      }
      for (const bad of [NaN, Infinity, -Infinity]) {
        expect(codeOf(() => algorithm.solve(c.with(1, bad), out)), String(bad)).to.equal('NONFINITE');
      }
      const malformed: Batch = { ...costs, rows: costs.rows + 1 };
      expect(codeOf(() => algorithm.solveBatch(malformed))).to.equal('SHAPE');
      expect(
        codeOf(() => algorithm.solveBatch(costs, { ...algorithm.solveBatch(costs), objective: new Float64Array(1) })),
      ).to.equal('SHAPE');
    });
  });
}
