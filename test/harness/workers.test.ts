import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadCheckpoint } from '../../harness/run/checkpoint.js';
import { metricsOf, run, start, trained } from './command-line.js';
import { temporaryFolder } from './helpers.js';

/** Two solves for each of 200 maps a step: enough for workers to be woken. */
const experiment = {
  task: { name: 'warcraft', size: 12, train: 200, validation: 10, test: 10, pool: 8 },
  model: { name: 'tile-encoder', margin: 0, units: [4] },
  loss: { name: 'blackbox', params: { algorithm: { name: 'grid-shortest-path' } } },
  newton: { curvature: 'none' },
  optimizer: { learningRate: 0.01 },
  steps: 50,
  batchSize: 200,
  evalEvery: 20,
  logEvery: 1,
  checkpointEvery: 20,
};

describe('training on a pool of workers', function() {
  this.timeout(60_000);
  const parent = temporaryFolder();
  const folder = (name: string): string => path.join(parent(), name);
  const words = (name: string, workers: number): string[] => {
    const file = folder('experiment.json');
    writeFileSync(file, JSON.stringify(experiment));
    return ['train', file, '--out', folder(name), '--backend', 'wasm', '--workers', String(workers)];
  };

  it('gives the same bits with any number of workers, stopped by Ctrl-C and resumed or not', async () => {
    const [one, three] = await Promise.all([
      run(...words('one', 1)),
      run(...words('three', 3)),
      interrupted('stopped'),
    ]);
    expect(one.code, one.stderr).to.equal(0);
    expect(three.code, three.stderr).to.equal(0);
    for (const name of ['three', 'stopped']) {
      expect(metricsOf(folder(name))).to.equal(metricsOf(folder('one')));
      expect(loadCheckpoint(folder(name), expect.fail)!.arrays).to.deep.equal(
        loadCheckpoint(folder('one'), expect.fail)!.arrays,
      );
    }
  });

  async function interrupted(name: string): Promise<void> {
    const started = start(words(name, 2));
    await trained(started, folder(name), 1500);
    started.process.kill('SIGINT');
    const { code, stderr } = await started.ended;
    expect(code, stderr).to.equal(130);
    const command = /newton-losses (train .* --resume.*)$/m.exec(stderr)![1];
    expect(command).to.include('--workers 2');
    const resumed = await run(...command.split(' '));
    expect(resumed.code, resumed.stderr).to.equal(0);
    expect(resumed.stderr).not.to.include('warning');
  }
});
