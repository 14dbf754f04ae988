import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Ended, metricsOf, start } from '../harness/command-line.js';
import { linkPackage, temporaryFolder } from '../harness/helpers.js';

describe("a stranger's task and network, in a folder that has nothing but the package", function() {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const run = (...words: string[]): Promise<Ended> => start(words, { cwd: folder() }).ended;
  const registry = ['--registry', 'registry.json'];

  beforeEach(async () => {
    linkPackage(folder());
    for (const [kind, name] of [['task', 'distances'], ['model', 'small-net']]) {
      expect((await run('new', kind, name)).code).to.equal(0);
    }
    const experiment = {
      task: { name: 'distances', n: 4, train: 200, heldOut: 100 },
      model: { name: 'small-net', units: 16 },
      loss: { name: 'softsort' },
      optimizer: { learningRate: 0.01 },
      steps: 60,
      batchSize: 50,
      evalEvery: 60,
      logEvery: 20,
      checkpointEvery: 20,
    };
    writeFileSync(path.join(folder(), 'mine.json'), JSON.stringify(experiment));
  });

  it('keep their laws, and are listed and described', async () => {
    const [task, model, list, info] = await Promise.all([
      run('conformance', 'distances', ...registry),
      run('conformance', './small-net.mjs'),
      run('list', ...registry),
      run('info', 'distances', ...registry),
    ]);
    for (const { code, stdout, stderr } of [task, model]) {
      expect([code, stderr], stdout).to.deep.equal([0, '']);
      expect(stdout).to.match(/\d\d kept, 0 broken, \d+ not applicable\n$/);
    }
    expect(list.stdout).to.match(/^distances$/m).and.match(/^small-net$/m);
    expect(info.stdout).to.match(/rank of each number/).and.match(/exact +the share of sets/).and.match(/n +integer/);
  });

  it('train, learn, and report what they are judged by', async () => {
    const ended = await run('train', 'mine.json', '--quiet', ...registry, '--out', 'out');
    expect([ended.code, ended.stderr]).to.deep.equal([0, '']);
    const lines = metricsOf(path.join(folder(), 'out')).trim().split('\n').map((line) =>
      JSON.parse(line) as { kind: string; places?: number }
    );
    expect(lines.filter(({ kind }) => kind === 'eval').at(-1)?.places).to.be.above(0.35); // 0.25 by chance
    expect(readFileSync(path.join(folder(), 'out/report.html'), 'utf8')).to.include('the share of sets whose');
    expect((await run('info', 'mine.json', ...registry)).stdout).to.include('"heldOut": 100');
  });

  it('are refused by name where they are not there', async () => {
    const named = async (...changes: string[]): Promise<string> =>
      (await run('train', 'mine.json', ...registry, ...changes)).stderr;
    expect(await run('train', 'mine.json').then(({ stderr }) => stderr)).to.match(/^error TASK_UNKNOWN: .*distances/m);
    expect(await named('--set', 'task.name=distance')).to.match(/TASK_UNKNOWN: .*did you mean distances\?/);
    expect(await named('--set', 'model.name=small')).to.match(/MODEL_UNKNOWN/);
  });
});
