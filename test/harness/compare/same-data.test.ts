import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { folderWithTask, requireSameData } from '../../../harness/compare/same-data.js';
import { readRunExperiment } from '../../../harness/run/run-folder.js';
import { codeOf, temporaryFolder } from '../helpers.js';
import { writeRun } from '../report-folders.js';
import { plannedRun } from './planned-run.js';

describe('data of a comparison', () => {
  const root = temporaryFolder();
  const runs = ['none', 'fisher', 'hessian'].map((variant) => plannedRun(variant, 0));
  const file = (k: number, name: string): string => path.join(root(), runs[k].folder, name);
  const begin = (k: number, digests?: object, source = 'MNIST in a'): void => {
    const { folder, variant } = runs[k];
    writeRun(path.join(root(), folder), { variant, seed: 0, level: 0.2, steps: 100, reached: 100 });
    writeFileSync(file(k, 'data.json'), JSON.stringify({ source, digests }));
  };

  it('may be in different places', () => {
    requireSameData(root(), runs);
    begin(0, { train: 'a', test: 'b' });
    begin(1, { train: 'a', test: 'b' }, 'MNIST in b');
    requireSameData(root(), runs);
  });

  it('are refused where they differ, or come from different places and nothing else is known of them', () => {
    begin(0, { train: 'a' });
    begin(2, { train: 'b' });
    expect(codeOf(() => requireSameData(root(), runs))).to.equal('DATA');
    begin(2, undefined);
    requireSameData(root(), runs);
    begin(2, undefined, 'MNIST in b');
    expect(codeOf(() => requireSameData(root(), runs))).to.equal('DATA');
  });

  it('do not matter of a run that got nowhere, nor of one with another task', () => {
    begin(0, { train: 'a' });
    begin(1, { train: 'b' });
    rmSync(file(1, 'metrics.jsonl'));
    requireSameData(root(), runs);
    begin(1, { train: 'b' });
    const experiment = readRunExperiment(path.join(root(), runs[1].folder));
    writeFileSync(file(1, 'experiment.json'), JSON.stringify({ ...experiment, task: { name: 'other' } }));
    requireSameData(root(), runs);
    expect(folderWithTask(root(), runs, { name: 'other' })).to.equal(path.join(root(), runs[1].folder));
    expect(folderWithTask(root(), runs, { name: 'none' })).to.equal(undefined);
  });
});
