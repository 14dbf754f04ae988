import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type ComparisonRequest, runComparison } from '../../../harness/compare/comparison.js';
import { type PoolOptions, processPool } from '../../../harness/compare/executor.js';
import { type Display, Lines } from '../../../harness/terminal/display.js';
import type { PlannedRun } from '../../../harness/compare/plan.js';
import { readSource } from '../../../harness/report/source.js';
import { isFinished, stepsDone } from '../../../harness/run/run-record.js';
import { failureOf, temporaryFolder } from '../helpers.js';
import { plannedRun } from './planned-run.js';

const FAKE = fileURLToPath(new URL('./fake-worker.js', import.meta.url));

describe('running a comparison', () => {
  const root = temporaryFolder();
  const plan = (...variants: string[]): PlannedRun[] =>
    [0, 1].flatMap((seed) => variants.map((variant) => plannedRun(variant, seed)));

  /** Notes what it is told; `most` is the largest number of runs that were under way at once. */
  const recorder = (): Display & { events: string[]; most: number } => {
    let under = 0;
    const display = {
      events: [] as string[],
      most: 0,
      start: (run: string, step: number) => {
        display.events.push(`start ${run} at ${step}`);
        display.most = Math.max(display.most, ++under);
      },
      step: () => undefined,
      end: (run: string, message: string) => {
        display.events.push(`end ${run}: ${message}`);
        under--;
      },
      warn: (run: string, text: string) => display.events.push(`warning: ${run}: ${text}`),
      stop: () => undefined,
    };
    return display;
  };

  const request = (
    runs: PlannedRun[],
    { jobs = 2, gpus = [], ...more }: Partial<ComparisonRequest & PoolOptions> = {},
  ): ComparisonRequest => ({
    root: root(),
    runs,
    executor: processPool({ jobs, gpus, worker: FAKE }),
    resources: { backend: 'auto', threads: 1 },
    command: () => 'newton-losses compare sort/one',
    display: recorder(),
    signal: new AbortController().signal,
    ...more,
  });
  const written = (): { groups: { runs: { variant: string; failure?: string }[] }[] } =>
    JSON.parse(readFileSync(path.join(root(), 'comparison.json'), 'utf8'));

  it('runs as many side by side as it is told, and finishes all', async () => {
    const display = recorder();
    const runs = plan('none', 'fisher');
    expect((await runComparison(request(runs, { display }))).size).to.equal(0);
    expect(runs.every(({ folder }) => isFinished(path.join(root(), folder)))).to.equal(true);
    expect(display.most).to.equal(2);
    expect(written().groups[0].runs).to.have.length(4);
  });

  it('deals the GPUs to the runs side by side', async () => {
    const seen = async (gpus: readonly string[], jobs: number, seeds: readonly number[]): Promise<string[]> => {
      const display = recorder();
      const runs = seeds.map((seed) => plannedRun('gpu', seed));
      await runComparison(request(runs, { display, jobs, gpus }));
      return display.events.flatMap((event) => /sees (.*)/.exec(event)?.[1] ?? []).sort();
    };
    expect(await seen(['0', '2'], 2, [0, 1])).to.deep.equal(['0', '2']);
    expect(await seen(['0', '2'], 3, [2, 3, 4])).to.deep.equal(['0', '0', '2']);
    expect(await seen([], 1, [5])).to.deep.equal([process.env['CUDA_VISIBLE_DEVICES'] ?? 'all']);
  });

  it('goes on where a run fails, and says which and why', async () => {
    const runs = plan('bad', 'none');
    const failures = await runComparison(request(runs));
    expect([...failures.keys()]).to.deep.equal([runs[0], runs[2]]);
    expect([...failures.values()][0]).to.equal('NONFINITE: diverged at step 12: sample 3');
    expect(isFinished(path.join(root(), runs[3].folder))).to.equal(true);
    expect(written().groups[0].runs.map(({ failure }) => failure !== undefined)).to.deep.equal([
      true,
      false,
      true,
      false,
    ]);
  });

  it('gives the message of an unexpected error, and of a crash how it ended and what it said', async () => {
    const failures = await runComparison(request([plannedRun('broken', 0), plannedRun('aborted', 0)]));
    expect([...failures.values()]).to.deep.equal([
      'unexpected error: no such thing',
      'ended by SIGKILL: FATAL ERROR: heap out of memory',
    ]);
  });

  it('leaves a run that cannot be read as it is, and makes the others', async () => {
    const runs = plan('none', 'fisher');
    await runComparison(request(runs.slice(0, 2)));
    const file = path.join(root(), runs[0].folder, 'metrics.jsonl');
    writeFileSync(file, '{broken\n');
    const failures = await runComparison(request(runs));
    expect([...failures.keys()]).to.deep.equal([runs[0]]);
    expect(failures.get(runs[0])).to.match(/^DATA: .*metrics\.jsonl:1: .*; remove the folder to run it anew$/);
    expect(readFileSync(file, 'utf8')).to.equal('{broken\n');
    expect(runs.slice(1).every(({ folder }) => isFinished(path.join(root(), folder)))).to.equal(true);
    expect(readSource(root()).groups[0].runs.map(({ failure }) => failure !== undefined)).to.deep.equal([
      true,
      false,
      false,
      false,
    ]);
  });

  it('passes on what its runs warn of, with the name of the run', async () => {
    const display = recorder();
    await runComparison(request(plan('none'), { jobs: 1, display }));
    const warnings = display.events.filter((event) => event.startsWith('warning'));
    expect(warnings).to.deep.equal(['warning: none, seed 0: it rains', 'warning: none, seed 1: it rains']);
  });

  it('has a code where comparison.json cannot be written', async () => {
    mkdirSync(path.join(root(), 'comparison.json'));
    expect((await failureOf(() => runComparison(request(plan('none'))))).code).to.equal('CHECKPOINT');
  });

  it('does not run again what is finished', async () => {
    const runs = plan('none');
    await runComparison(request(runs));
    const file = path.join(root(), runs[0].folder, 'metrics.jsonl');
    const before = statSync(file).mtimeMs;
    const display = recorder();
    await runComparison(request(runs, { display }));
    expect(display.events).to.deep.equal([]);
    expect(statSync(file).mtimeMs).to.equal(before);
  });

  it('stops its runs when it is stopped, starts no more, and goes on later', async () => {
    const runs = plan('slow');
    const stop = new AbortController();
    const display = recorder();
    const running = runComparison(request(runs, { jobs: 1, display, signal: stop.signal }));
    while (stepsDone(path.join(root(), runs[0].folder)) === 0) await sleep(10);
    stop.abort();
    expect((await running).size).to.equal(0);
    const reached = stepsDone(path.join(root(), runs[0].folder));
    expect(display.events).to.deep.equal(['start slow, seed 0 at 0', `end slow, seed 0: stopped at step ${reached}`]);
    const again = recorder();
    await runComparison(request(runs, { jobs: 1, display: again }));
    expect(again.events[0]).to.equal(`start slow, seed 0 at ${reached}`);
    expect(runs.every(({ folder }) => isFinished(path.join(root(), folder)))).to.equal(true);
  });

  it('takes its runs down with it when it is killed', async () => {
    const run = plannedRun('slow', 0);
    const folder = path.join(root(), run.folder);
    const child = new URL('../../../harness/compare/child.js', import.meta.url).href;
    const script = `import { ChildRun } from '${child}';
      const [worker, job] = process.argv.slice(1);
      await new ChildRun(JSON.parse(job), { figures() {}, warn() {} }, { worker }).outcome;`;
    const job = JSON.stringify({ ...run, folder, resources: { backend: 'auto', threads: 1 } });
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script, FAKE, job], { stdio: 'ignore' });
    while (!existsSync(folder) || stepsDone(folder) === 0) await sleep(10);
    parent.kill('SIGKILL');
    await sleep(300);
    const reached = stepsDone(folder);
    await sleep(150);
    expect(stepsDone(folder)).to.equal(reached).and.to.be.lessThan(1000);
  });

  it('says in lines how far it is, where there is no terminal', () => {
    let now = 0;
    const lines: string[] = [];
    const display: Display = new Lines(
      { planned: 2, finished: 0, runs: 2, steps: 4000, done: 0 },
      (line) => lines.push(line),
      () => now,
    );
    display.start('none, seed 0', 0, 2000);
    now = 15_000;
    display.step('none, seed 0', 0, 'loss 0.2');
    now = 30_000;
    display.step('none, seed 0', 1000, 'loss 0.1');
    display.end('none, seed 0', 'EM 20.0%');
    expect(lines).to.deep.equal([
      'none, seed 0: begins (2000 steps)',
      '0 of 2 runs ended, 0% of all steps',
      '0 of 2 runs ended, 25% of all steps, 90 s left',
      'none, seed 0: EM 20.0%',
    ]);
  });
});
