import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadCheckpoint } from '../../../harness/run/checkpoint.js';
import { findMnist } from '../../../harness/data/mnist.js';
import type { VersionsRecord } from '../../../harness/run/versions.js';
import { metricsOf, run, start, type Started, trained } from '../command-line.js';
import { temporaryFolder } from '../helpers.js';

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

describe('a training process', function() {
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
    expect(one.arrays).to.deep.equal(other.arrays);
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
    const [again, other] = await Promise.all([
      run(...words('run', ...short)),
      run(...words('run', ...short, '--resume', '--lambda', '2')),
    ]);
    expect(again.code).to.equal(1);
    expect(again.stderr).to.match(/^error CHECKPOINT: .*--resume/m);
    expect(other.stderr).to.match(/^error CHECKPOINT: .*newton\.lambda/m);
    const damage = (step: number): void =>
      writeFileSync(path.join(folder('run'), `checkpoint-000000${step}.bin`), 'damaged');
    damage(20);
    const fallback = await run(...words('run', ...short, '--resume'));
    expect(fallback.code, fallback.stderr).to.equal(0);
    expect(fallback.stderr).to.match(/^warning: .*checkpoint-00000020/m).and.match(/after step 10$/m);
    [10, 20].forEach(damage);
    expect((await run(...words('run', ...short, '--resume'))).stderr).to.match(/^error CHECKPOINT: /m);
  });

  it('shows warnings even where it is to be quiet, and records the versions that it goes on with', async () => {
    const short = ['--steps', '20', '--quiet'];
    expect(await run(...words('run', ...short))).to.deep.include({ code: 0, stderr: '' });
    const file = path.join(folder('run'), 'versions.json');
    const first = { ...(JSON.parse(readFileSync(file, 'utf8')) as object), node: 'v0.1.0' };
    writeFileSync(file, JSON.stringify(first));
    const resumed = await run(...words('run', ...short, '--resume'));
    expect(resumed.code, resumed.stderr).to.equal(0);
    expect(resumed.stderr).to.match(/^warning: .*node is "v0\.1\.0" there/);
    const { resumed: later, ...kept } = JSON.parse(readFileSync(file, 'utf8')) as VersionsRecord;
    expect(kept).to.deep.equal(first);
    expect(later?.map(({ node, after }) => [node, after])).to.deep.equal([[process.version, 20]]);
  });

  it('that is complete but cannot write its report says so with a code, and the report can be had later', async () => {
    const short = ['--steps', '20', '--quiet'];
    expect((await run(...words('run', ...short))).code).to.equal(0);
    const report = path.join(folder('run'), 'report.html');
    rmSync(report);
    mkdirSync(report);
    const { code, stderr } = await run(...words('run', ...short, '--resume'));
    expect(code, stderr).to.equal(1);
    expect(stderr).to.match(/^error DATA: the training is complete/m);
    rmdirSync(report);
    expect((await run(...stderr.match(/newton-losses (report .*)$/m)![1].split(' '))).code).to.equal(0);
    expect(readFileSync(report, 'utf8')).to.include('<html');
  });

  /** MNIST whose training pictures come through a pipe: a process that reads it waits for `feed`. */
  const slowMnist = (): { data: string; feed: () => Promise<void> } => {
    const source = findMnist();
    const data = folder('mnist');
    mkdirSync(data);
    const name = readdirSync(source).find((file) => file.startsWith('train-images'))!;
    const others = readdirSync(source).filter((file) => file !== name);
    for (const file of others) symlinkSync(path.join(source, file), path.join(data, file));
    execFileSync('mkfifo', [path.join(data, name)]);
    return { data, feed: () => writeFile(path.join(data, name), readFileSync(path.join(source, name))) };
  };
  const readingData = async ({ process: child }: Started, name: string): Promise<void> => {
    while (child.exitCode === null && !existsSync(path.join(folder(name), 'versions.json'))) await delay(5);
  };
  const posix = process.platform === 'win32' ? it.skip : it;

  posix('stopped before its first step says so, without a report, and is gone on with as it says', async () => {
    const { data, feed } = slowMnist();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const started = start(words(signal, '--steps', '20', '--data', data, '--json'));
      await readingData(started, signal);
      started.process.kill(signal);
      await feed();
      const { code, stdout, stderr } = await started.ended;
      expect(code, stderr).to.equal(signal === 'SIGINT' ? 130 : 143);
      expect(JSON.parse(stdout)).to.include({ step: 0, finished: false }).and.not.to.have.property('report');
      expect(readdirSync(folder(signal))).not.to.include.members(['report.html']);
      const command = /newton-losses (train .* --resume.*)$/m.exec(stderr)![1].replace(data, findMnist());
      const resumed = await run(...command.split(' '));
      expect(resumed.code, resumed.stderr).to.equal(0);
    }
  });

  posix('ends at once when it is told a second time, by whatever signal, and can be begun again', async () => {
    const { data } = slowMnist();
    const started = start(words('run', '--steps', '20', '--data', data));
    await readingData(started, 'run');
    started.process.kill('SIGINT');
    while (started.process.signalCode === null) {
      started.process.kill('SIGTERM');
      await delay(20);
    }
    expect((await started.ended).signal).to.equal('SIGTERM');
    const { code, stderr } = await run(...words('run', '--steps', '20', '--resume'));
    expect(code, stderr).to.equal(0);
  });

  it('that diverges says at which step, and keeps what it had', async () => {
    const { code, stderr } = await run(
      ...words('run', '--set', 'optimizer.learningRate=1e38', '--set', 'checkpointEvery=1'),
    );
    expect(code, stderr).to.equal(1);
    expect(stderr).to.match(/^error NONFINITE: .*step \d+/m);
    expect(loadCheckpoint(folder('run'), expect.fail)!.step).to.be.at.least(1);
  });

  it('records what it ran with', async () => {
    const { code, stdout, stderr } = await run(
      ...words('run', '--steps', '3', '--set', 'logEvery=5', '--seed', '5', '--json'),
    );
    expect(code, stderr).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.include({ folder: folder('run'), step: 3, finished: true });
    const read = (name: string): object => JSON.parse(readFileSync(path.join(folder('run'), name), 'utf8')) as object;
    expect(read('experiment.json')).to.deep.include({
      seed: 5,
      steps: 3,
      batchSize: 10,
      loss: { name: 'softsort', params: { temperature: 0.1, crossEntropy: 'binary' } },
    });
    expect(read('experiment.json')).to.have.nested.property('newton.curvature', 'hessian');
    expect(read('versions.json')).to.have.nested.property('backend.name', 'wasm');
    const lines = metricsOf(folder('run')).trim().split('\n').map((line) => JSON.parse(line) as object);
    expect(lines).to.have.lengthOf(3);
    expect(lines[0]).to.include({ kind: 'eval', step: 0, split: 'test' }).and.not.to.have.property('final');
    expect(lines[1]).to.include({ kind: 'train', step: 3 });
    expect(lines[2]).to.include({ kind: 'eval', step: 3, split: 'test', final: true }).and.to.have.property('EM')
      .within(0, 1);
  });
});
