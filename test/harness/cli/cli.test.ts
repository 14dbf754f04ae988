import { expect } from 'chai';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Ended, run, start } from '../command-line.js';
import { linkPackage, temporaryFolder } from '../helpers.js';
import { writeRun } from '../report-folders.js';

/** Exit code and error code, as in `error PARAMS: ...`. */
function failure({ code, stderr }: Ended): [number | null, string | undefined] {
  return [code, /^error ([A-Z_]+): /m.exec(stderr)?.[1]];
}

describe('command line', function() {
  this.timeout(30_000);
  const folder = temporaryFolder();

  it('lists losses, algorithms and presets', async () => {
    const { code, stdout, stderr } = await run('list');
    expect(stdout).to.match(/^mse +Half squared error +exact +exact/m).and.match(
      /^mnist-sort\/quick-softsort +\/none \/hessian /m,
    );
    expect(stdout).to.match(/^assignment +Linear assignment$/m);
    expect(stdout).to.match(/^mnist-sort$/m).and.match(/^digit-mlp$/m);
    expect([code, stderr]).to.deep.equal([0, '']);
    const { losses } = JSON.parse((await run('list', '--json')).stdout) as {
      losses: { name: string; capabilities: object }[];
    };
    expect(losses.find(({ name }) => name === 'mse')?.capabilities).to.include({ hessian: 'exact', convex: true });
  });

  it('lists what has a text in its name or title', async () => {
    const [some, titled, none] = await Promise.all([
      run('list', 'softs'),
      run('list', 'LINEAR ASS'),
      run('list', 'zzz'),
    ]);
    expect(some.stdout.split('\n').filter((line) => /^[a-z]/.test(line)).map((line) => line.split(' ')[0]))
      .to.include.members(['softsort', 'mnist-sort/quick-softsort']).and.satisfy((names: string[]) =>
        names.every((name) => name.includes('softs'))
      );
    expect(titled.stdout).to.match(/^ALGORITHM[^\n]*\nassignment[^\n]*\n$/);
    expect([none.code, none.stdout]).to.deep.equal([0, 'nothing has "zzz" in its name or title\n']);
  });

  it('names the options there are, and the values, where one is wrong', async () => {
    const { stderr } = await run('train', 'x', '--sed', '1');
    expect(stderr).to.match(/Did you mean .*--seed/).and.match(/options: --out, --resume, --seed/);
    const preset = 'mnist-sort/quick-softsort/hessian';
    const wrong = await run('train', preset, '--set', 'newton.curvature=hesian');
    expect(wrong.stderr).to.match(/did you mean hessian\?/).and.match(/fisher/);
    expect((await run('train', preset, '--set', 'newton.lamda=1')).stderr).to.match(/did you mean lambda\?/);
  });

  it('shows of an error that nobody foresaw the message, and where it came from if asked', async () => {
    const broken = "data:text/javascript,String.prototype.toLowerCase=()=>{throw/**/new/**/TypeError('broken')}";
    const env = { NODE_OPTIONS: `--import=${broken}` };
    const [plain, debug] = await Promise.all([
      start(['list'], { env }).ended,
      start(['list', '--debug'], { env }).ended,
    ]);
    expect([plain.code, debug.code]).to.deep.equal([70, 70]);
    expect(plain.stderr).to.equal(
      'unexpected error: TypeError: broken\nplease report it, with what the same command prints with --debug\n',
    );
    expect(debug.stderr).to.match(/^unexpected error: TypeError: broken\n {4}at /).and.match(/\nplease report it\n$/);
  });

  it('tells all about a loss', async () => {
    const { code, stdout } = await run('info', 'softsort');
    expect(stdout).to.match(/temperature +number > 0 +default 0\.1/).and.match(/curvature +auto: Hessian/).and.include(
      'Prillo',
    );
    expect(code).to.equal(0);
    const { params, auto } = JSON.parse((await run('info', 'softsort', '--json')).stdout) as {
      params: { properties: object };
      auto: object;
    };
    expect(params.properties).to.have.property('temperature');
    expect(auto).to.include({ curvature: 'hessian' });
  });

  it('tells all about an algorithm', async () => {
    const { code, stdout } = await run('info', 'grid-shortest-path');
    expect(stdout).to.match(/sense +minimise/).and.match(/neighbours +4 \| 8 +default 8/).and.include('Dijkstra');
    expect(code).to.equal(0);
    const { kind, sense } = JSON.parse((await run('info', 'top-k', '--json')).stdout) as {
      kind: string;
      sense: string;
    };
    expect([kind, sense]).to.deep.equal(['algorithm', 'maximise']);
  });

  it('lists tasks and models, and tells what targets a task hands to a loss', async () => {
    const { stdout } = await run('list');
    expect(stdout).to.match(/^TASK\nknapsack\nmnist-sort$/m).and.match(/^MODEL\ndigit-mlp$/m);
    const [task, model, json] = await Promise.all([
      run('info', 'warcraft'),
      run('info', 'relu-programs'),
      run('info', 'mnist-sort', '--json'),
    ]);
    expect(task.stdout).to.match(/target +array of number/).and.match(/shortest path enters it/)
      .and.match(/regret +.*smaller is better/).and.match(/mapSeed +integer.*another seed/);
    expect(model.stdout).to.match(/newton\.at +outputs \| layers, which have Hessians/).and.match(/units +array/);
    const { kind, target } = JSON.parse(json.stdout) as { kind: string; target: object };
    expect(kind).to.equal('task');
    expect(target).to.deep.include({ type: 'array', items: { type: 'integer', minimum: 0 } });
  });

  it('takes losses from a registry of the user', async () => {
    writeFileSync(path.join(folder(), 'registry.json'), JSON.stringify({ losses: { mine: './gone.js' } }));
    const registry = path.join(folder(), 'registry.json');
    expect(failure(await run('info', 'mse', '--registry', registry))).to.deep.equal([0, undefined]);
    expect(failure(await run('list', '--registry', registry))).to.deep.equal([1, 'REGISTRY']);
    expect(failure(await run('list', '--registry', 'no-such-package'))).to.deep.equal([1, 'REGISTRY']);
  });

  it('ends with 2 where it is used wrongly', async () => {
    const wrong = [
      ['lost'],
      ['info'],
      ['train'],
      ['list', '--colour'],
      ['train', 'x', '--seed', '1.5'],
      ['train', 'x', '--steps', '0'],
      ['train', 'x', '--set', 'steps'],
      ['doctor', '--backend', 'abacus'],
    ];
    await Promise.all(
      wrong.map(async (words) => {
        const { code, stderr } = await run(...words);
        expect(code, words.join(' ')).to.equal(2);
        expect(stderr).to.match(/^error: /);
      }),
    );
    expect((await run('--help')).code).to.equal(0);
    expect((await run('--version')).stdout).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  it('ends with 1 and the code where something does not exist or fit', async () => {
    const file = (name: string, content: string): string => {
      writeFileSync(path.join(folder(), name), content);
      return path.join(folder(), name);
    };
    const experiment = {
      task: { name: 'mnist-sort' },
      model: { name: 'digit-mlp' },
      loss: { name: 'softsort', params: { temperature: 0 } },
      steps: 1,
    };
    const expected: [string, string[]][] = [
      ['LOSS_UNKNOWN', ['info', 'bogosort']],
      ['PARAMS', ['info', 'mnist-sort/quick-softsort/jacobian']],
      ['PARAMS', ['train', 'mnist-sort/quick-bogosort', '--backend', 'cpu']],
      ['PARAMS', ['train', file('cold.json', JSON.stringify(experiment)), '--backend', 'cpu']],
      ['DATA', ['train', file('comma.json', '{"steps": 10,}'), '--backend', 'cpu']],
      ['DATA', [
        'train',
        'mnist-sort/quick-softsort/none',
        '--backend',
        'cpu',
        '--out',
        path.join(folder(), 'run'),
        '--data',
        folder(),
      ]],
    ];
    await Promise.all(
      expected.map(async ([code, words]) =>
        expect(failure(await run(...words)), words.join(' ')).to.deep.equal([1, code])
      ),
    );
  });

  it('writes a new loss, which keeps the laws and is found by its registry', async () => {
    linkPackage(folder());
    expect(failure(await run('new', 'soft-margin', '--dir', folder()))).to.deep.equal([0, undefined]);
    const registry = ['--registry', path.join(folder(), 'registry.json')];
    const [kept, listed, broken] = await Promise.all([
      run('conformance', 'soft-margin', ...registry),
      run('list', ...registry),
      run('conformance', 'no-margin', ...registry),
    ]);
    expect([kept.code, kept.stderr]).to.deep.equal([0, '']);
    expect(listed.stdout).to.match(/^soft-margin /m);
    expect(failure(broken)).to.deep.equal([1, 'LOSS_UNKNOWN']);
  });

  it('ends with 1 and the code where the system refuses a file', async () => {
    const runFolder = path.join(folder(), 'run');
    writeRun(runFolder, { variant: 'none', seed: 0, level: 0.2, steps: 500 });
    writeRun(path.join(folder(), 'taken'), { variant: 'none', seed: 0, level: 0.2, steps: 500 });
    mkdirSync(path.join(folder(), 'taken', 'report.html'));
    const below = path.join(runFolder, 'experiment.json', 'below');
    const expected: [string, string[]][] = [
      ['DATA', ['report', runFolder, '--figure', path.join(folder(), 'nowhere', 'x.svg')]],
      ['DATA', ['report', path.join(folder(), 'taken')]],
      ['DATA', ['generate', 'warcraft', '--train', '1', '--val', '1', '--test', '1', '--out', below]],
      ['CHECKPOINT', ['train', 'warcraft/quick-mse/none', '--steps', '1', '--backend', 'cpu', '--out', below]],
    ];
    await Promise.all(
      expected.map(async ([code, words]) =>
        expect(failure(await run(...words)), words.join(' ')).to.deep.equal([1, code])
      ),
    );
  });

  it('ends with 1 where results are lost on a full disk', async function() {
    if (!existsSync('/dev/full')) this.skip();
    expect(failure(await start(['list'], { output: '/dev/full' }).ended)).to.deep.equal([1, 'DATA']);
  });

  it('prints a stack only when asked', async () => {
    expect((await run('info', 'bogosort')).stderr).not.to.match(/\n +at /);
    expect((await run('--debug', 'info', 'bogosort')).stderr).to.match(/\n +at /);
  });

  it('tells what the machine offers', async () => {
    const { code, stdout } = await run('doctor', '--json');
    const { used, backends, cuda, datasets } = JSON.parse(stdout) as {
      used: { name: string };
      backends: { backend: string; reason?: string }[];
      cuda: object;
      datasets: object[];
    };
    expect(code).to.equal(0);
    expect(backends.find(({ backend }) => backend === used.name)?.reason).to.equal(undefined);
    expect(backends.map(({ backend }) => backend)).to.deep.equal(['cuda', 'native', 'wasm', 'cpu']);
    expect(cuda).to.have.all.keys('wants', 'gpus', 'libraries');
    expect(datasets[0]).to.deep.include({ name: 'mnist', found: true, counts: { train: 60_000, test: 10_000 } });
  });
});
