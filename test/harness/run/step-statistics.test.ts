import { expect } from 'chai';
import { StepStatistics } from '../../../harness/run/step-statistics.js';

const step = (statistics: StepStatistics, loss: number, norms: number[], skipped = false): void =>
  statistics.add({ loss, gradientNorms: Float64Array.from(norms), skipped }, 3);

describe('step statistics', () => {
  it('are means, maxima and counts since the last line', () => {
    const statistics = new StepStatistics();
    step(statistics, 1, [1, 2]);
    step(statistics, 2, [0.5, 1], true);
    expect(statistics.line(2)).to.deep.equal({
      kind: 'train',
      step: 2,
      loss: 1.5,
      gradientNorm: 2,
      explosions: 0,
      skipped: 1,
      msPerStep: 3,
    });
    step(statistics, 4, [1, 0]);
    expect(statistics.line(3)).to.deep.include({ loss: 4, gradientNorm: 1, skipped: 0 });
    expect(statistics.state.largest).to.deep.equal({ norm: 2, step: 1, sample: 1 });
    expect(statistics.lastLoss).to.equal(4);
  });

  it('count steps above 20 times the median of the first 50, also when they were stored in between', () => {
    let statistics = new StepStatistics();
    for (let k = 1; k <= 50; k++) {
      if (k === 30) statistics = stored(statistics);
      step(statistics, 1, k === 7 ? [1, 1e6] : [1, 1]);
    }
    expect(statistics.line(50).explosions).to.equal(0);
    statistics = stored(statistics);
    for (const norm of [19.9, 20.1, 1e6, 1]) step(statistics, 1, [norm, 1]);
    expect(statistics.line(54).explosions).to.equal(2);
    step(statistics, 1, [1e3, 1]);
    expect([statistics.line(55).explosions, statistics.state.explosions]).to.deep.equal([1, 3]);
  });

  it('take a batch of any size', () => {
    const statistics = new StepStatistics();
    const norms = Array.from({ length: 200_000 }, (_, i) => (i === 150_000 ? 3 : 1));
    step(statistics, 1, norms);
    expect(statistics.state.largest).to.deep.equal({ norm: 3, step: 1, sample: 150_000 });
  });
});

function stored({ state }: StepStatistics): StepStatistics {
  const again = new StepStatistics();
  again.state = JSON.parse(JSON.stringify(state)) as typeof state;
  return again;
}
