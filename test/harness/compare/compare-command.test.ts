import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { findMnist } from '../../../harness/data/mnist.js';
import { hasProgress } from '../../../harness/run/run-folder.js';
import { isFinished, stepsDone } from '../../../harness/run/run-record.js';
import { metricsOf, run, start } from '../command-line.js';
import { temporaryFolder } from '../helpers.js';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('newton-losses compare', function() {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const words = (
    ...more: string[]
  ): string[] => [
    'compare',
    'mnist-sort/quick-softsort-n5',
    '--seeds',
    '1',
    '--variants',
    'none,hessian',
    '--out',
    folder(),
    '--backend',
    'wasm',
    ...more,
  ];
  const runFolder = (variant: string): string => path.join(folder(), variant, 'seed-0');

  it('trains the variants, prints a table, writes the report, and trains nothing twice', async () => {
    const first = await run(...words('--steps', '20'));
    expect(first.code, first.stderr).to.equal(0);
    expect(first.stdout).to.match(/^variant +EM .*EM − none$/m).and.to.match(/^hessian +\d/m);
    expect(readFileSync(path.join(folder(), 'report.html'), 'utf8')).to.contain('mnist-sort/quick-softsort-n5');
    expect(readFileSync(path.join(runFolder('hessian'), 'report.html'), 'utf8')).to.contain(
      'quick-softsort-n5/hessian (modified), seed 0',
    );
    const metrics = path.join(runFolder('hessian'), 'metrics.jsonl');
    const { mtimeMs } = statSync(metrics);
    const again = await run(...words('--steps', '20', '--json'));
    expect(again.code).to.equal(0);
    expect(JSON.parse(again.stdout).groups[0].variants.map(({ variant }: { variant: string }) => variant)).to.deep
      .equal(['none', 'hessian']);
    expect(statSync(metrics).mtimeMs).to.equal(mtimeMs);
    const other = await run(...words('--steps', '30'));
    expect(other.code).to.equal(1);
    expect(other.stderr).to.match(/^error CHECKPOINT/m);
  });

  it('stopped by Ctrl-C has saved checkpoints, and goes on from them when it is called as it says', async () => {
    const started = start(words('--steps', '150'));
    while (started.process.exitCode === null && stepsDone(runFolder('none')) === 0) await sleep(20);
    started.process.kill('SIGINT');
    const { code, stderr } = await started.ended;
    expect(code, stderr).to.equal(130);
    const command = /to go on: newton-losses (.*)$/m.exec(stderr)![1];
    expect(stepsDone(runFolder('none'))).to.be.lessThan(150);
    const { code: second, stderr: said } = await run(...command.split(' '));
    expect(second, said).to.equal(0);
    expect(said).to.match(/^none, seed 0: goes on at step \d+/m);
    expect(stepsDone(runFolder('none'))).to.equal(150);
  });

  it('killed takes its runs with it, and goes on to the figures of one that was not', async () => {
    const at = (out: string): string => path.join(folder(), out);
    const asked = (out: string): string[] =>
      words('--out', at(out), '--steps', '100', '--set', 'logEvery=5', '--set', 'checkpointEvery=20');
    const seeds = ['none/seed-0', 'hessian/seed-0'];
    const whole = await run(...asked('whole'));
    expect(whole.code, whole.stderr).to.equal(0);
    const killed = start(asked('killed'));
    while (killed.process.exitCode === null && stepsDone(at(`killed/${seeds[0]}`)) === 0) await sleep(5);
    const locks = seeds.map((seed) => at(`killed/${seed}/lock`)).filter((lock) => existsSync(lock));
    const owners = locks.map((lock) => (JSON.parse(readFileSync(lock, 'utf8')) as { pid: number }).pid);
    expect(owners).not.to.be.empty.and.not.to.include(killed.process.pid);
    killed.process.kill('SIGKILL');
    expect((await killed.ended).signal).to.equal('SIGKILL');
    while (owners.some(isAlive)) await sleep(10);
    const again = await run(...asked('killed'));
    expect(again.code, again.stderr).to.equal(0);
    for (const seed of seeds) expect(metricsOf(at(`killed/${seed}`))).to.equal(metricsOf(at(`whole/${seed}`)));
  });

  it('does not mix runs on different data, and can be gone on with on the right one', async () => {
    const other = path.join(folder(), 'other');
    cpSync(findMnist(), other, { recursive: true });
    const labels = path.join(other, readdirSync(other).find((file) => file.startsWith('t10k-labels'))!);
    writeFileSync(labels, readFileSync(labels).map((digit, k) => (k < 8 ? digit : 9 - digit)));
    const few = ['--steps', '5'];
    expect((await run(...words(...few, '--variants', 'none'))).code).to.equal(0);
    const mixed = await run(...words(...few, '--data', other));
    expect(mixed.code, mixed.stderr).to.equal(1);
    expect(mixed.stderr).to.match(/^failed: hessian, seed 0: DATA: .*MNIST in .* this is MNIST in .*other/m);
    expect(hasProgress(runFolder('hessian'))).to.equal(false);
    const right = await run(...words(...few));
    expect(right.code, right.stderr).to.equal(0);
  });

  it('ends with an error where runs cannot save, although they came to their last step', async () => {
    const limit = 50; // KiB: a checkpoint has 61, the report 32
    const { code, stderr } = await start(words('--steps', '5'), { limit }).ended;
    expect(stderr).to.match(/^failed: none, seed 0: CHECKPOINT: /m);
    expect(isFinished(runFolder('none')), 'it came to its last step').to.equal(true);
    expect(code, stderr).to.equal(1);
  });

  it('reports a run that fails, with exit code 1', async () => {
    const { code, stdout, stderr } = await run(...words('--steps', '20', '--data', folder()));
    expect(code).to.equal(1);
    expect(stdout, 'there is nothing to compare').to.match(/^variant/m).and.not.to.match(/undefined/);
    expect(stderr).to.match(/^no run is finished: there is nothing to compare yet$/m);
    expect(stderr).to.match(/^failed: none, seed 0: DATA/m).and.to.match(/^failed: hessian, seed 0: DATA/m);
    expect(readFileSync(path.join(folder(), 'report.html'), 'utf8')).to.contain('2 of 2 runs failed');
  });

  it('refuses presets and variants that do not exist', async () => {
    const [preset, variant] = await Promise.all([
      run('compare', 'mnist-sort/none'),
      run(...words('--variants', 'none,other')),
    ]);
    for (const { code, stderr } of [preset, variant]) {
      expect(code).to.equal(1);
      expect(stderr).to.match(/^error PARAMS/m);
    }
  });
});
