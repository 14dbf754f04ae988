import { expect } from 'chai';
import { openRegistry } from '../node/open-registry.js';
import {
  algorithmChecks,
  algorithmConformance,
  ConformanceFailure,
  runAlgorithmConformance,
} from '../conformance/index.js';
import { algorithmSubjects } from '../conformance/algorithms/subject.js';
import { algorithmDefects, referenceAlgorithm } from './defects/algorithms.js';

/** Laws that `checkedAlgorithm` keeps for the plugin, so that no plugin can break them. */
const keptByChecked = ['refuses-shapes', 'refuses-nonfinite'];

algorithmConformance(referenceAlgorithm);

describe('conformance of algorithms finds', () => {
  for (const { defect, plugin, caughtBy } of algorithmDefects) {
    it(`${defect} (${caughtBy}), and nothing else`, () => {
      const results = runAlgorithmConformance(plugin);
      const failed = results.filter(({ outcome }) => outcome === 'failed');
      expect(failed.map(({ check }) => check)).to.deep.equal([caughtBy]);
      expect(failed[0]?.failure)
        .to.be.instanceOf(ConformanceFailure)
        .and.to.include({ check: caughtBy, plugin: plugin.name });
      for (const { because } of results) expect(because).to.be.oneOf([undefined, caughtBy]);
    });
  }

  it('something with every check', () => {
    const finders = new Set([...algorithmDefects.map(({ caughtBy }) => caughtBy), ...keptByChecked]);
    expect([...finders].sort()).to.deep.equal(algorithmChecks.map(({ name }) => name).sort());
  });

  for (const name of keptByChecked) {
    it(`an algorithm that is not checked (${name})`, () => {
      const [subject] = algorithmSubjects(referenceAlgorithm, {}, 0);
      const { raw, algorithm } = subject;
      const unchecked = { ...subject, algorithm: { ...algorithm, solve: raw.solve } };
      expect(() => algorithmChecks.find((check) => check.name === name)?.run(unchecked)).to.throw(ConformanceFailure);
    });
  }
});

describe('laws of algorithms', () => {
  it('need earlier ones alone, and end as sentences', () => {
    const names = algorithmChecks.map(({ name }) => name);
    for (const { name, needs, law } of algorithmChecks) {
      for (const need of needs) expect(names.slice(0, names.indexOf(name)), name).to.include(need);
      expect(law).to.match(/\.$/);
    }
  });

  it('hold at drawn parameters too, unless some are given', async () => {
    const plugin = await (await openRegistry()).algorithmPlugin('knapsack');
    const settings = algorithmSubjects(plugin, {}, 2).map(({ setting }) => setting);
    expect(settings[0]).to.equal(undefined);
    expect(settings.slice(1).every((setting) => /^{"capacity":\d+}$/.test(setting ?? ''))).to.equal(true);
    expect(runAlgorithmConformance(plugin, { params: { capacity: 3 } }).every(({ failure }) => !failure)).to.equal(
      true,
    );
  });

  it('say nothing of the objective where solutions have not an entry a cost', () => {
    const plugin = {
      ...referenceAlgorithm,
      create: () => ({
        sense: 'minimise' as const,
        outputs: () => 1,
        solve: (
          costs: Float64Array,
          out: Float64Array,
        ) => (out[0] = costs.indexOf(costs.reduce((a, b) => Math.min(a, b)))),
      }),
    };
    const outcomes = new Map(runAlgorithmConformance(plugin).map(({ check, outcome }) => [check, outcome]));
    expect(outcomes.get('solutions')).to.equal('passed');
    expect(outcomes.get('optimal')).to.equal('could not tell');
  });
});
