import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { loadExperiment } from '../../../harness/experiments/experiment.js';
import { readRun, stepsDone } from '../../../harness/run/run-record.js';
import { metricsOf, run, setWords, start } from '../command-line.js';
import { temporaryFolder } from '../helpers.js';
import { SHORT } from '../sweep/tiny-sweep.js';

const FEW = { ...SHORT, 'task.validation': 40 };

interface Printed {
  readonly metric: string;
  readonly plain: { readonly values: number[] };
  readonly scores: { readonly lambda: unknown; readonly values: number[]; readonly standardError: number }[];
  readonly best: { readonly lambda: unknown };
}

describe('newton-losses tune', function() {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const at = (...parts: string[]): string => path.join(folder(), ...parts);
  /** An experiment file with variants. */
  const written = (): string => {
    const { task, model, loss, steps } = loadExperiment('knapsack/mse/hessian', FEW);
    const variants = {
      plain: { newton: { curvature: 'none' } },
      newton: { newton: { curvature: 'hessian', lambda: 5 } },
    };
    writeFileSync(at('mine.json'), JSON.stringify({ $schema: './schema.json', task, model, loss, steps, variants }));
    return at('mine.json');
  };

  it('takes the best lambda on validation data, leaves test data alone, and writes it into the variant of a file', async () => {
    const words = ['tune', `${written()}/newton`, '--lambdas', '0.001,1', '--out', at('out'), '--backend', 'wasm'];
    const before = JSON.parse(readFileSync(at('mine.json'), 'utf8')) as { variants: object };
    const first = await run(...words, '--json');
    expect(first.code, first.stderr).to.equal(0);
    const { metric, plain, scores, best } = JSON.parse(first.stdout) as Printed;
    expect([metric, scores.map(({ lambda }) => lambda)]).to.deep.equal(['optimality', [0.001, 1]]);
    const folders = ['none', 'lambda=0.001', 'lambda=1'].map((variant) => at('out', variant, 'seed-0'));
    const finals = folders.map((one) => readRun(one).evaluations.at(-1)!);
    expect(finals.map(({ split, samples }) => [split, samples])).to.deep.equal(Array(3).fill(['validation', 40]));
    expect([plain, ...scores].map(({ values }) => values[0])).to.deep.equal(
      finals.map(({ metrics }) => metrics['optimality']),
    );
    expect(best.lambda).to.equal(scores[1].values[0] >= scores[0].values[0] ? 1 : 0.001);
    expect(JSON.parse(readFileSync(at('mine.json'), 'utf8'))).to.deep.equal(before);
    const again = await run(...words, '--write');
    expect(again.stderr).to.match(/^3 of 3 runs are finished already$/m);
    expect(again.stdout).to.contain(`mine.json: newton.lambda of the variant newton is ${best.lambda} now, it was 5`);
    const newton = { newton: { curvature: 'hessian', lambda: best.lambda } };
    expect(JSON.parse(readFileSync(at('mine.json'), 'utf8'))).to.deep.equal({
      ...before,
      variants: { ...before.variants, newton },
    });
    expect(readFileSync(at('out/report.html'), 'utf8')).to.contain('optimality, validation (%)');
  });

  it('makes an experiment file of a preset that train takes, and tunes relative damping on several seeds', async () => {
    const grid = ['--lambdas', '0.1,10', '--relative', '--seed', '3,4'];
    const words = ['tune', 'knapsack/mse/hessian', ...grid, ...setWords(FEW), '--out', at('out'), '--backend', 'wasm'];
    const { code, stdout, stderr } = await run(...words, '--write', at('tuned.json'));
    expect(code, stderr).to.equal(0);
    expect(stdout).to.match(/^LAMBDA +optimality %, validation +STANDARD ERROR$/m).and.to.match(/^10 relative +\d/m);
    const { newton, evaluateOn, steps } = loadExperiment(at('tuned.json'));
    const { relative } = newton.lambda as { relative: number };
    expect(relative).to.be.oneOf([0.1, 10]);
    expect(stdout).to.contain(`with newton.lambda ${relative} relative`);
    expect([evaluateOn, steps]).to.deep.equal(['test', FEW.steps]);
    const again = ['train', at('tuned.json'), '--seed', '3', '--out', at('run'), '--quiet', '--backend', 'wasm'];
    const trained = await run(...again);
    expect(trained.code, trained.stderr).to.equal(0);
    const learned = (file: string): string => metricsOf(file).replaceAll(/^.*"kind":"eval".*$/gm, '');
    expect(learned(at('run'))).to.equal(learned(at('out', `lambda=relative-${relative}`, 'seed-3')));
    expect(readRun(at('run')).evaluations.at(-1)!.split).to.equal('test');
  });

  it('stopped by Ctrl-C chooses nothing, and goes on when it is called as it says', async () => {
    const words = ['knapsack/mse/hessian', '--lambdas', '0.1,1', ...setWords({ ...FEW, steps: 400, evalEvery: 400 })];
    const started = start(['tune', ...words, '--jobs', '2', '--out', at('out'), '--write', at('tuned.json')]);
    while (started.process.exitCode === null && stepsDone(at('out/lambda=0.1/seed-0')) === 0) await sleep(20);
    started.process.kill('SIGINT');
    const { code, stdout, stderr } = await started.ended;
    expect(code, stderr).to.equal(130);
    expect(stdout).not.to.contain('best');
    expect(existsSync(at('tuned.json'))).to.equal(false);
    const [, command] = /to go on: newton-losses (.*)$/m.exec(stderr)!;
    const second = await run(...command.split(' '));
    expect(second.code, second.stderr).to.equal(0);
    expect(second.stderr).to.match(/goes on at step \d+/);
    expect(second.stdout).to.match(/^lambda (0\.)?1 is the best on validation data$/m);
    expect(existsSync(at('tuned.json'))).to.equal(true);
  });

  it('refuses what cannot be tuned or written before anything is run', async () => {
    writeFileSync(at('there.json'), '{}');
    const wrong: [RegExp, ...string[]][] = [
      [/^error UNSUPPORTED: .*random-regression has no validation data/m, 'random-regression/relu-programs/hessian'],
      [/^error PARAMS: .*is the plain loss, which has no lambda/m, 'knapsack/mse/none'],
      [/^error PARAMS: .*has the variants none, fisher, hessian/m, 'knapsack/mse'],
      [/^error PARAMS: .*is a preset/m, 'knapsack/mse/hessian', '--write'],
      [/^error DATA: .*is there already/m, 'knapsack/mse/hessian', '--write', at('there.json')],
      [/^error PARAMS: --lambdas/m, 'knapsack/mse/hessian', '--lambdas', '1,x'],
      [/^error PARAMS: .*newton\/lambda must be >= 0/m, 'knapsack/mse/hessian', '--lambdas', '-1'],
      [/^error PARAMS: --set newton.lambda/m, 'knapsack/mse/hessian', '--set', 'newton.lambda=1'],
    ];
    const ended = await Promise.all(wrong.map(([, ...words]) => run('tune', ...words, '--out', at('out'))));
    ended.forEach(({ code, stderr }, k) => {
      expect(stderr, wrong[k].slice(1).join(' ')).to.match(wrong[k][0]);
      expect(code).to.equal(1);
    });
    expect(existsSync(at('out'))).to.equal(false);
  });
});
