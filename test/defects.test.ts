import type { CheckedLoss } from '../core/checked.js';
import type { Loss } from '../core/loss.js';
import { matricesOf } from '../core/matrices.js';
import { expect } from 'chai';
import { instantiate } from '../core/instance.js';
import { checks, conformance, ConformanceFailure, runConformance, subjectOf } from '../conformance/index.js';
import { batchDefects } from './defects/batches.js';
import { callDefects } from './defects/calls.js';
import { contractDefects } from './defects/contract.js';
import { derivativeDefects } from './defects/derivatives.js';
import { hiddenDefects, mendedDefects } from './defects/hidden.js';
import { type Defect, reference } from './defects/reference.js';
import { smoothed } from './defects/smoothed.js';
import { valueDefects } from './defects/values.js';

const defects: readonly Defect[] = [
  ...contractDefects,
  ...callDefects,
  ...batchDefects,
  ...derivativeDefects,
  ...valueDefects,
  ...hiddenDefects,
];

/** Laws that `checked` keeps for the plugin, so that no plugin can break them. */
const keptByChecked = ['refuses-shapes', 'refuses-nonfinite', 'inputs-copied'];

conformance(reference);
conformance(smoothed());

describe('conformance finds', () => {
  for (const { defect, plugin, caughtBy, settings = 0 } of defects) {
    it(`${defect} (${caughtBy}), and nothing else`, function() {
      this.timeout(60_000);
      const results = runConformance(plugin, { settings });
      const failed = results.filter(({ outcome }) => outcome === 'failed');
      expect(failed.map(({ check }) => check)).to.deep.equal([caughtBy]);
      expect(failed[0]?.failure)
        .to.be.instanceOf(ConformanceFailure)
        .and.to.include({ check: caughtBy, plugin: plugin.name });
      for (const { because } of results) expect(because).to.be.oneOf([undefined, caughtBy]);
    });
  }

  it('something with every check', () => {
    const finders = new Set([...defects.map(({ caughtBy }) => caughtBy), ...keptByChecked]);
    expect([...finders].sort()).to.deep.equal(checks.map(({ name }) => name).sort());
  });

  for (const name of keptByChecked) {
    it(`a loss that is not checked (${name})`, () => {
      const subject = subjectOf(reference);
      const unchecked = { ...subject, loss: { ...subject.loss, evaluate: unwrapped(subject.raw) } };
      expect(() => checks.find((check) => check.name === name)!.run(unchecked)).to.throw(ConformanceFailure);
    });
  }
});

describe('checked mends what', () => {
  const law = checks.find(({ name }) => name === 'inputs-copied')!;
  for (const { defect, plugin } of mendedDefects) {
    it(defect, () => {
      const subject = subjectOf(plugin);
      const bare = { ...subject, loss: { ...subject.loss, evaluate: unwrapped(instantiate(plugin, {}).loss) } };
      expect(() => law.run(bare)).to.throw(ConformanceFailure);
      expect(runConformance(plugin).filter(({ outcome }) => outcome === 'failed')).to.deep.equal([]);
    });
  }
});

/** What a loss evaluates to as it is, but for its type: its matrices may be blocks. */
function unwrapped(loss: Loss): CheckedLoss['evaluate'] {
  return (y, targets, rng) => {
    const { hessian, gaussNewton, ...e } = loss.evaluate(y, targets, rng);
    return {
      ...e,
      ...(hessian && { hessian: () => matricesOf(hessian()) }),
      ...(gaussNewton && { gaussNewton: () => matricesOf(gaussNewton()) }),
    };
  };
}
