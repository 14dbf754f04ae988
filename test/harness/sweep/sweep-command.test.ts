import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { stepsDone } from '../../../harness/run/run-record.js';
import { metricsOf, run, start } from '../command-line.js';
import { temporaryFolder } from '../helpers.js';
import { tinySweep, TINY_RUNS } from './tiny-sweep.js';

describe('newton-losses sweep', function() {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const at = (...parts: string[]): string => path.join(folder(), ...parts);

  it('makes the runs of its comparisons, with one report, and nothing twice', async () => {
    const words = [...tinySweep(folder()), '--out', at('out'), '--backend', 'wasm'];
    const first = await run('sweep', ...words, '--json');
    expect(first.code, first.stderr).to.equal(0);
    const { groups } = JSON.parse(first.stdout) as { groups: { name: string; variants: object[] }[] };
    expect(groups.map(({ name, variants }) => [name, variants.length])).to.deep.equal([
      ['knapsack/spo-plus (modified)', 2],
      ['squares/knapsack/mse (modified)', 2],
    ]);
    const figures = TINY_RUNS.map((name) => metricsOf(at('out', name)));
    const again = await run('sweep', ...words);
    expect(again.stderr).to.match(/^8 of 8 runs are finished already$/m);
    expect(TINY_RUNS.map((name) => metricsOf(at('out', name)))).to.deep.equal(figures);
    expect(readFileSync(at('out', 'report.html'), 'utf8')).to.contain('newton-losses sweep').and.contain('out-again');
    const train = await run(
      ...['train', at('out', TINY_RUNS[3], 'experiment.json'), '--out', at('alone'), '--quiet', '--backend', 'wasm'],
    );
    expect(train.code, train.stderr).to.equal(0);
    expect(metricsOf(at('alone'))).to.equal(figures[3]);
  });

  it('stopped by Ctrl-C goes on when it is called as it says', async () => {
    const words = [...tinySweep(folder(), { steps: 400, evalEvery: 400 }), '--out', at('out'), '--jobs', '2'];
    const started = start(['sweep', ...words, '--seeds', '1']);
    while (started.process.exitCode === null && stepsDone(at('out', TINY_RUNS[0])) === 0) await sleep(20);
    started.process.kill('SIGINT');
    const { code, stderr } = await started.ended;
    expect(code, stderr).to.equal(130);
    const [, command] = /to go on: newton-losses (.*)$/m.exec(stderr)!;
    const second = await run(...command.split(' '));
    expect(second.code, second.stderr).to.equal(0);
    expect(second.stderr).to.match(/goes on at step \d+/);
  });

  it('lists its runs with --dry-run, how long they may take, and leaves no trace', async () => {
    const dry = await run('sweep', ...tinySweep(folder()), '--out', at('out'), '--jobs', '2', '--dry-run');
    expect(dry.code, dry.stderr).to.equal(0);
    expect(dry.stdout).to.match(/^knapsacks$/m).and.match(/^squares\/knapsack\/mse hessian, seed 1 +30 +to do$/m);
    expect(dry.stdout).to.match(/^8 runs, 8 to do: about \d+ s on this machine, 2 side by side \(\d+ s to \d+ s by /m);
    expect(dry.stderr).to.match(/^timing 4 of 4: knapsack\/mse\/hessian$/m);
    expect(existsSync(at('out'))).to.equal(false);
  });

  it('says what is wrong with a file or a name', async () => {
    writeFileSync(at('bad.json'), '{"title": "x", "comparisons": [{"experiment": ["knapsack/mse"]}]}');
    const [bad, unknown, none] = await Promise.all([
      run('sweep', at('bad.json')),
      run('sweep', 'table0'),
      run('sweep'),
    ]);
    expect([bad.code, unknown.code, none.code]).to.deep.equal([1, 1, 2]);
    expect(bad.stderr).to.match(/^error PARAMS: .*bad.json: .*no property "experiment" \(did you mean experiments\?/m);
    expect(unknown.stderr).to.match(/^error PARAMS: no sweep is called "table0"/m);
  });
});
