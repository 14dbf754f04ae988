import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadCheckpoint } from '../../harness/checkpoint.js';
import { metricsOf, run, start, trained } from './command-line.js';
import { temporaryFolder } from './helpers.js';

/** Real MNIST, a network of a few hundred weights, about a millisecond a step. */
const experiment = {
  task: { name: 'mnist-sort', n: 3, digits: 2, pool: 7, evaluationSets: 100 },
  model: { name: 'digit-mlp', encoder: [8], head: [8] },
  loss: { name: 'softsort' },
  newton: { curvature: 'auto', lambda: 1 },
  optimizer: { learningRate: 0.003, milestones: [{ step: 150, factor: 0.1 }] },
  steps: 400,
  batchSize: 10,
  evalEvery: 100,
  logEvery: 2,
  checkpointEvery: 40,
};

describe('a training process', function () {
  this.timeout(60_000);
  const parent = temporaryFolder();
  const folder = (name: string): string => path.join(parent(), name);
  const words = (name: string, ...more: string[]): string[] => {
    const file = folder('experiment.json');
    writeFileSync(file, JSON.stringify(experiment));
    return ['train', file, '--out', folder(name), '--backend', 'wasm', ...more];
  };
  const expectSame = (name: string): void => {
    expect(metricsOf(folder(name))).to.equal(metricsOf(folder('whole')));
    const [one, other] = [name, 'whole'].map((run) => loadCheckpoint(folder(run), expect.fail)!);
    expect(one!.arrays).to.deep.equal(other!.arrays);
  };

  it('resumed gives the same bits as one that was never stopped: killed, interrupted, out of disk', async () => {
    const whole = await run(...words('whole'));
    expect(whole.code, whole.stderr).to.equal(0);
    await Promise.all([killedAgainAndAgain('killed'), interrupted('interrupted'), outOfDisk('full')]);
    ['killed', 'interrupted', 'full'].forEach(expectSame);
  });

  /** SIGKILL when metrics.jsonl, some 60 kB in the end, has come to a length; the last time never. */
  async function killedAgainAndAgain(name: string): Promise<void> {
    for (const bytes of [0, 11_000, 24_000, Infinity]) {
      const started = start(words(name, '--resume'));
      await trained(started, folder(name), bytes);
      started.process.kill('SIGKILL');
      const { code, signal, stderr } = await started.ended;
      expect(signal ?? code, stderr).to.equal(bytes === Infinity ? 0 : 'SIGKILL');
    }
  }

  /** Ctrl-C, then the command that was printed. */
  async function interrupted(name: string): Promise<void> {
    const started = start(words(name));
    await trained(started, folder(name), 5000);
    started.process.kill('SIGINT');
    const { code, stderr } = await started.ended;
    expect(code, stderr).to.equal(130);
    const command = /newton-losses (train .* --resume.*)$/m.exec(stderr)?.[1];
    const resumed = await run(...command!.split(' '));
    expect(resumed.code, resumed.stderr).to.equal(0);
    expect(resumed.stderr).not.to.include('warning');
  }

  /** No file may be longer than 20 KiB: metrics.jsonl comes to its end in the middle of the run. */
  async function outOfDisk(name: string): Promise<void> {
    const { code, stderr } = await start(words(name), { limit: 20 }).ended;
    expect(code, stderr).to.equal(1);
    expect(stderr).to.match(/^error CHECKPOINT: /m);
    expect(loadCheckpoint(folder(name), expect.fail)!.step).to.be.above(0).and.below(experiment.steps);
    const resumed = await run(...words(name, '--resume'));
    expect(resumed.code, resumed.stderr).to.equal(0);
  }

  it('refuses a folder that holds a run, another experiment, and a damaged past', async () => {
    const short = ['--steps', '20', '--set', 'checkpointEvery=10'];
    expect((await run(...words('run', ...short))).code).to.equal(0);
    const [again, other] = await Promise.all([run(...words('run', ...short)), run(...words('run', ...short, '--resume', '--lambda', '2'))]);
    expect(again.code).to.equal(1);
    expect(again.stderr).to.match(/^error CHECKPOINT: .*--resume/m);
    expect(other.stderr).to.match(/^error CHECKPOINT: .*newton\.lambda/m);
    const damage = (step: number): void => writeFileSync(path.join(folder('run'), `checkpoint-000000${step}.bin`), 'damaged');
    damage(20);
    const fallback = await run(...words('run', ...short, '--resume'));
    expect(fallback.code, fallback.stderr).to.equal(0);
    expect(fallback.stderr).to.match(/^warning: .*checkpoint-00000020/m).and.match(/after step 10$/m);
    [10, 20].forEach(damage);
    expect((await run(...words('run', ...short, '--resume'))).stderr).to.match(/^error CHECKPOINT: /m);
  });

  it('that diverges says at which step, and keeps what it had', async () => {
    const { code, stderr } = await run(...words('run', '--set', 'optimizer.learningRate=1e38', '--set', 'checkpointEvery=1'));
    expect(code, stderr).to.equal(1);
    expect(stderr).to.match(/^error NONFINITE: .*step \d+/m);
    expect(loadCheckpoint(folder('run'), expect.fail)!.step).to.be.at.least(1);
  });

  it('records what it ran with', async () => {
    const { code, stdout, stderr } = await run(...words('run', '--steps', '3', '--set', 'logEvery=5', '--seed', '5', '--json'));
    expect(code, stderr).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.include({ folder: folder('run'), step: 3, finished: true });
    const read = (name: string): object => JSON.parse(readFileSync(path.join(folder('run'), name), 'utf8')) as object;
    expect(read('experiment.json')).to.deep.include({ seed: 5, steps: 3, batchSize: 10, loss: { name: 'softsort', params: { temperature: 0.1, crossEntropy: 'binary' } } });
    expect(read('experiment.json')).to.have.nested.property('newton.curvature', 'hessian');
    expect(read('versions.json')).to.have.nested.property('backend.name', 'wasm');
    const lines = metricsOf(folder('run')).trim().split('\n').map((line) => JSON.parse(line) as object);
    expect(lines).to.have.lengthOf(2);
    expect(lines[0]).to.include({ kind: 'train', step: 3 });
    expect(lines[1]).to.include({ kind: 'eval', step: 3, split: 'test', final: true }).and.to.have.property('EM').within(0, 1);
  });
});
