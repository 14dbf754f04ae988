import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type ComparisonRequest, isFinished, runComparison, stepsDone } from '../../../harness/compare/comparison.js';
import { type Display, Lines } from '../../../harness/terminal/display.js';
import { parseSeeds, type PlannedRun, planRuns } from '../../../harness/compare/plan.js';
import { codeOf, failureOf, temporaryFolder } from '../helpers.js';

const KNOWN = [
  { name: 'sort/one', variants: ['fisher', 'hessian', 'none', 'none-exact'] },
  { name: 'sort/two', variants: ['none', 'other'] },
];
const FAKE = fileURLToPath(new URL('./fake-train.js', import.meta.url));

describe('plan of a comparison', () => {
  it('has every variant on a seed before the next seed, baseline first', () => {
    const runs = planRuns(KNOWN, ['sort/one'], undefined, [0, 7]);
    expect(runs.map(({ folder }) => folder)).to.deep.equal([
      'none/seed-0',
      'fisher/seed-0',
      'hessian/seed-0',
      'none-exact/seed-0',
      'none/seed-7',
      'fisher/seed-7',
      'hessian/seed-7',
      'none-exact/seed-7',
    ]);
  });

  it('takes the variants that are asked for, and of the defaults those that a preset has', () => {
    expect(planRuns(KNOWN, ['sort/two'], ['other', 'none'], [1]).map(({ variant }) => variant)).to.deep.equal([
      'other',
      'none',
    ]);
    expect(
      planRuns(KNOWN, ['sort/one', 'sort/two'], undefined, [1]).map(({ preset, variant }) => `${preset} ${variant}`),
    ).to.deep.equal([
      'sort/one none',
      'sort/one fisher',
      'sort/one hessian',
      'sort/one none-exact',
      'sort/two none',
    ]);
    expect(planRuns(KNOWN, ['sort/one', 'sort/two'], ['none'], [4]).map(({ folder }) => folder)).to.deep.equal([
      'sort/one/none/seed-4',
      'sort/two/none/seed-4',
    ]);
  });

  it('refuses presets and variants that do not exist', () => {
    expect(codeOf(() => planRuns(KNOWN, ['sort/three'], undefined, [0]))).to.equal('PARAMS');
    expect(codeOf(() => planRuns(KNOWN, ['sort/two'], ['fisher'], [0]))).to.equal('PARAMS');
  });

  it('reads a number of seeds, or the seeds', () => {
    expect(parseSeeds('3')).to.deep.equal([0, 1, 2]);
    expect(parseSeeds('4,0,4')).to.deep.equal([4, 0]);
    for (const text of ['', '0', '-1', '1.5', 'a', '1,,2', '1,x', '10001', '1000000000', '9'.repeat(400)]) {
      expect(codeOf(() => parseSeeds(text)), text).to.equal('PARAMS');
    }
  });
});

describe('running a comparison', () => {
  const root = temporaryFolder();
  const plan = (...variants: string[]): PlannedRun[] =>
    [0, 1].flatMap((seed) =>
      variants.map((variant) => ({ preset: 'sort/one', variant, seed, folder: `one/${variant}/seed-${seed}` }))
    );

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
      line: (text: string) => display.events.push(text),
      stop: () => undefined,
    };
    return display;
  };

  const request = (runs: PlannedRun[], more: Partial<ComparisonRequest> = {}): ComparisonRequest => ({
    root: root(),
    runs,
    steps: new Map(runs.map((run) => [run, 1000])),
    jobs: 2,
    command: 'newton-losses compare sort/one',
    program: FAKE,
    trainArguments: (
      run,
    ) => ['train', `${run.preset}/${run.variant}`, '--seed', String(run.seed), '--out', path.join(root(), run.folder)],
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

  it('gives the message of an unexpected error, not the stack below it', async () => {
    const failures = await runComparison(request(plan('broken')));
    expect([...failures.values()][0]).to.equal('unexpected error, please report it: TypeError: no such thing');
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
    const folder = path.join(root(), 'one', 'slow', 'seed-0');
    const child = new URL('../../../harness/compare/child.js', import.meta.url).href;
    const script =
      `import { ChildRun } from '${child}'; await new ChildRun(process.argv[1], ['--seed', '0', '--out', process.argv[2]]).outcome;`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script, FAKE, folder], { stdio: 'ignore' });
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
    const display: Display = new Lines({ runs: 2, steps: 4000, done: 0 }, (line) => lines.push(line), () => now);
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
