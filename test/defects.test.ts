import { expect } from 'chai';
import { type LossPlugin } from '../core/loss.js';
import { checks, conformance, ConformanceFailure, planConformance, subjectOf } from './conformance/index.js';
import { batchDefects } from './defects/batches.js';
import { callDefects } from './defects/calls.js';
import { contractDefects } from './defects/contract.js';
import { derivativeDefects } from './defects/derivatives.js';
import { type Defect, reference } from './defects/reference.js';
import { smoothed } from './defects/smoothed.js';
import { valueDefects } from './defects/values.js';

const defects: readonly Defect[] = [...contractDefects, ...callDefects, ...batchDefects, ...derivativeDefects, ...valueDefects];

/** Laws that `checked` keeps for the plugin, so that no plugin can break them. */
const keptByChecked = ['refuses-shapes', 'refuses-nonfinite'];

conformance(reference);
conformance(smoothed());

describe('conformance finds', () => {
  for (const { defect, plugin, caughtBy } of defects) {
    it(`${defect} (${caughtBy})`, () => {
      const failure = failureOf(plugin, caughtBy);
      expect(failure).to.be.instanceOf(ConformanceFailure);
      expect(failure?.check).to.equal(caughtBy);
      expect(failure?.plugin).to.equal(plugin.name);
    });
  }

  it('something with every check', () => {
    const finders = new Set([...defects.map(({ caughtBy }) => caughtBy), ...keptByChecked]);
    expect([...finders].sort()).to.deep.equal(checks.map(({ name }) => name).sort());
  });

  for (const name of keptByChecked) {
    it(`a loss that is not checked (${name})`, () => {
      const subject = subjectOf(reference);
      const unchecked = { ...subject, loss: { ...subject.loss, evaluate: subject.raw.evaluate.bind(subject.raw) } };
      expect(() => checks.find((check) => check.name === name)!.run(unchecked)).to.throw(ConformanceFailure);
    });
  }
});

function failureOf(plugin: LossPlugin, name: string): ConformanceFailure | undefined {
  const result = planConformance(plugin)
    .find(({ check }) => check.name === name)
    ?.run();
  expect(result?.outcome).to.equal('failed');
  return result?.failure;
}
