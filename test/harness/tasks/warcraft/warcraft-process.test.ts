import { expect } from 'chai';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadCheckpoint } from '../../../../harness/run/checkpoint.js';
import { metricsOf, run, start, trained } from '../../command-line.js';
import { temporaryFolder } from '../../helpers.js';

/** A preset on small maps, 80 steps in a few seconds. */
const settings = [
  'task.size=5',
  'task.train=60',
  'task.test=40',
  'loss.params.rows=5',
  'loss.params.columns=5',
  'batchSize=20',
  'steps=80',
  'evalEvery=20',
  'logEvery=1',
  'checkpointEvery=10',
  'optimizer.learningRate=0.01',
  'optimizer.milestones=[{"step":60,"factor":0.1}]',
];
const words = (folder: string, ...more: string[]): string[] => [
  'train',
  'warcraft/quick-bellman-ford-for-l2/none',
  '--out',
  folder,
  '--backend',
  'wasm',
  ...settings.flatMap((setting) => ['--set', setting]),
  ...more,
];

describe('a training process on maps', function() {
  this.timeout(60_000);
  const parent = temporaryFolder();

  it('learns, writes a report, and resumed after SIGKILL gives the same bits as one that was never stopped', async () => {
    const [whole, killed] = ['whole', 'killed'].map((name) => path.join(parent(), name)) as [string, string];
    const { code, stderr } = await run(...words(whole));
    expect(code, stderr).to.equal(0);
    expect(stderr).to.include('data: generated maps of 5x5, seed 0');
    expect(existsSync(path.join(whole, 'report.html'))).to.equal(true);
    const lines = metricsOf(whole).trim().split('\n').map((line) =>
      JSON.parse(line) as Record<string, number | string>
    );
    const evaluations = lines.filter(({ kind }) => kind === 'eval').map(({ perfectMatch }) => perfectMatch);
    expect(evaluations).to.have.lengthOf(5);
    expect(evaluations.at(-1)).to.be.above(0.5);
    const started = start(words(killed, '--resume'));
    await trained(started, killed, 5000);
    started.process.kill('SIGKILL');
    expect((await started.ended).signal).to.equal('SIGKILL');
    const resumed = await run(...words(killed, '--resume'));
    expect(resumed.code, resumed.stderr).to.equal(0);
    expect(resumed.stderr).to.match(/goes on after step [1-9]/);
    expect(metricsOf(killed)).to.equal(metricsOf(whole));
    const [one, other] = [killed, whole].map((folder) => loadCheckpoint(folder, expect.fail)!.arrays);
    expect(one).to.deep.equal(other);
  });
});
