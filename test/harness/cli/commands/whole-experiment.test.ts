import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { metricsOf, run } from '../../command-line.js';
import { temporaryFolder } from '../../helpers.js';

describe('the whole of an experiment on the command line', function() {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const common = ['--backend', 'cpu', '--workers', '1', '--quiet', '--steps', '3'];

  it('is printed by info: a file that gives the same training', async () => {
    const preset = 'shortest-path/spo-plus/fisher';
    const { code, stdout } = await run('info', preset);
    expect(code).to.equal(0);
    const whole = JSON.parse(stdout) as Record<string, object>;
    expect(whole).to.deep.include({ name: preset, steps: 500, model: { name: 'linear' } });
    expect(whole['optimizer']).to.deep.include({ name: 'adam', learningRate: 0.03, beta1: 0.9 });
    expect(whole['task']).to.deep.include({ rows: 5, columns: 5, dataSeed: 0 });
    expect(whole['loss']).to.have.nested.property('params.algorithm.params.neighbours', 4);
    const file = path.join(folder(), 'mine.json');
    writeFileSync(file, JSON.stringify({ $schema: 'experiment.schema.json', ...whole }));
    const [one, other] = ['preset', 'file'].map((name) => path.join(folder(), name));
    const ended = [
      await run('train', preset, '--out', one, ...common),
      await run('train', file, '--out', other, ...common),
    ];
    expect(ended.map((each) => each.code)).to.deep.equal([0, 0]);
    expect(metricsOf(one)).to.equal(metricsOf(other));
  });

  it('is set in parts: what is no part of it is refused, and another loss has a run of its own', async () => {
    const { code, stderr } = await run('train', 'knapsack/mse/none', '--set', 'optimizer.learningRat=1', ...common);
    expect(code).to.equal(1);
    expect(stderr).to.match(/^error PARAMS: --set optimizer\.learningRat: .*did you mean learningRate\?/m);
    const out = path.join(folder(), 'run');
    const words = ['--set', 'loss.name=identity', '--out', out, ...common];
    expect((await run('train', 'knapsack/spo-plus/none', ...words)).code).to.equal(0);
    const { name, loss } = JSON.parse(readFileSync(path.join(out, 'experiment.json'), 'utf8')) as {
      name: string;
      loss: object;
    };
    expect(name).to.equal('knapsack/spo-plus/none-identity');
    expect(loss).to.have.nested.property('params.algorithm.name', 'knapsack');
  });
});
