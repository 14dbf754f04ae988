import { expect } from 'chai';
import { costKey, estimateOf } from '../../../harness/sweep/estimate.js';
import { plannedRun } from '../compare/planned-run.js';

describe('the time of a sweep', () => {
  const runs = ['none', 'fisher', 'hessian'].map((variant) => plannedRun(variant, 0)); // 1000 steps, evaluated each 500
  const timing = { opening: 100, steps: [1, 2, 5], evaluation: 10 };
  const timings = new Map(runs.map(({ experiment }) => [costKey(experiment), timing]));
  const { steps, evalEvery } = runs[0].experiment;
  const whole = (step: number): number => 100 + steps * step + (1 + Math.ceil(steps / evalEvery)) * 10;

  it('is that of its steps and evaluations, side by side', () => {
    const pending = runs.map((run) => ({ run, done: 0 }));
    expect(estimateOf(pending, timings, 1)).to.deep.equal({
      usual: 3 * whole(2),
      least: 3 * whole(1),
      most: 3 * whole(5),
    });
    expect(estimateOf(pending, timings, 2).usual).to.equal(2 * whole(2));
    expect(estimateOf(pending, timings, 9).usual).to.equal(whole(2));
  });

  it('is less where runs go on, and none where nothing is left', () => {
    const half = estimateOf([{ run: runs[0], done: steps / 2 }], timings, 1).usual;
    expect(half).to.be.within(100 + steps, whole(2) - steps);
    expect(estimateOf([], timings, 2)).to.deep.equal({ usual: 0, least: 0, most: 0 });
  });

  it('differs by what costs differ by, not by seed, name or damping', () => {
    const { experiment } = runs[0];
    const same = { ...experiment, seed: 5, name: 'other', newton: { ...experiment.newton, lambda: 7 } };
    expect(costKey(same)).to.equal(costKey(experiment));
    expect(costKey({ ...experiment, batchSize: 7 })).not.to.equal(costKey(experiment));
  });
});
