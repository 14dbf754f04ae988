import { expect } from 'chai';
import { type Batch, copyOf, row, takeRows } from '../../../core/batch.js';
import { checkedAlgorithm } from '../../../core/algorithms/checked-algorithm.js';
import { openRegistry } from '../../../node/open-registry.js';
import { createRng } from '../../../core/random/rng.js';
import { codeOf } from '../../harness/helpers.js';

const registry = await openRegistry();

/** What holds for every registered algorithm, beside the laws of the conformance suite. */
for (const name of registry.algorithmNames) {
  const plugin = await registry.algorithmPlugin(name);
  const algorithm = checkedAlgorithm(plugin);
  const costs = plugin.sample(algorithm.params, createRng(1), 12);

  describe(`algorithm ${name}`, () => {
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
