import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readRun } from '../../../harness/run/run-record.js';
import { type Moment, momentsOf } from '../../../harness/store/moments.js';
import { temporaryFolder } from '../helpers.js';
import { writeRun } from '../report-folders.js';

const train = { kind: 'train', loss: 0.5, gradientNorm: 2, explosions: 1, msPerStep: 100 };

describe('the log of a run by steps', () => {
  const folder = temporaryFolder();
  const momentsWith = (lines: readonly object[], times: readonly object[] = []): Moment[] => {
    writeRun(folder(), { variant: 'none', seed: 0, level: 0.2, steps: 50 });
    const text = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    writeFileSync(path.join(folder(), 'metrics.jsonl'), text(lines));
    writeFileSync(path.join(folder(), 'times.jsonl'), text(times));
    return momentsOf(readRun(folder()));
  };

  it('has what was logged, by tags, without what was not finite', () => {
    const moments = momentsWith([
      { kind: 'eval', step: 0, split: 'test', EM: 0.1 },
      { ...train, step: 10, skipped: 0, newton: { conditionNumber: null, smallestLambda: 1 } },
      { ...train, step: 20, loss: null },
      { kind: 'eval', step: 20, split: 'test', EM: 0.2, EW: 0.3, final: true },
      { kind: 'eval', step: 20, split: 'validation', EM: 0.4 },
    ]);
    expect(moments.map(({ step, scalars }) => [step, Object.fromEntries(scalars)])).to.deep.equal([
      [0, { 'eval/EM': 0.1 }],
      [10, {
        'train/loss': 0.5,
        'train/gradientNorm': 2,
        'train/explosions': 1,
        'train/skipped': 0,
        'train/msPerStep': 100,
        'newton/smallestLambda': 1,
      }],
      [20, {
        'train/gradientNorm': 2,
        'train/explosions': 1,
        'train/msPerStep': 100,
        'eval/EM': 0.2,
        'eval/EW': 0.3,
        'validation/EM': 0.4,
      }],
    ]);
  });

  it('has the times on record, and between them those of the training', () => {
    const lines = [10, 20, 25, 30].map((
      step,
    ) => (step === 25 ? { kind: 'eval', step, split: 'test' } : { ...train, step }));
    const at = (...times: object[]): number[] => momentsWith(lines, times).map((moment) => moment.at);
    expect(at()).to.deep.equal([1, 2, 2, 3]);
    const all = [{ step: 10, at: 1000 }, { step: 20, at: 1005 }, { step: 25, at: 1006 }, { step: 30, at: 1010 }];
    expect(at(...all)).to.deep.equal([1000, 1005, 1006, 1010]);
    expect(at(...all.slice(1, 3))).to.deep.equal([1004, 1005, 1006, 1007]);
    expect(at({ step: 7, at: 9 })).to.deep.equal([1, 2, 2, 3]);
    expect(momentsWith([])).to.deep.equal([]);
  });
});
