import { expect } from 'chai';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Ended, start } from '../../command-line.js';
import { temporaryFolder } from '../../helpers.js';
import { typicalRuns, writeComparison, writeRun } from '../../report-folders.js';

describe('newton-losses runs and export', function() {
  this.timeout(30_000);
  const folder = temporaryFolder();
  const at = (...names: string[]): string => path.join(folder(), ...names);
  const here = (...words: string[]): Promise<Ended> => start(words, { cwd: folder() }).ended;
  beforeEach(() => writeComparison(at('runs', 'x'), typicalRuns()));

  it('prints a table of what varies, by default of the folder runs', async () => {
    const { code, stdout, stderr } = await here('runs', '--where', 'seed=1', '--sort', '-EM');
    expect([code, stderr]).to.deep.equal([0, '4 of 12 runs\n']);
    const [head, first] = stdout.split('\n').map((line) => line.split(/ +/));
    expect(head).to.deep.equal(
      ['folder', 'seed', 'loss', 'crossEntropy', 'curvature', 'lambda', 'EM', 'EM5', 'EW', 'explosions', 'msPerStep'],
    );
    expect(first.slice(0, 6)).to.deep.equal(['runs/x/hessian/seed-1', '1', 'softsort', 'float32', 'hessian', '1']);
    expect(first[6]).to.match(/^0\.25\d\d$/);
  });

  it('prints CSV and JSON', async () => {
    writeFileSync(at('runs/x/none/seed-0/data.json'), '{"source":"a \\"b\\", c"}');
    const query = ['--where', 'variant=none and seed<=1', '--columns', 'seed,loss,best.EM,data'];
    const [csv, json, whole] = await Promise.all([
      here('runs', 'runs', ...query, '--csv'),
      here('runs', 'runs', ...query, '--json'),
      here('runs', '--csv'),
    ]);
    expect(csv.stdout).to.match(
      /^seed,loss,best\.EM,data\r\n0,softsort,0\.\d+,"a ""b"", c"\r\n1,softsort,0\.\d+,MNIST in some folder\r\n$/,
    );
    const rows = JSON.parse(json.stdout) as Record<string, unknown>[];
    expect(rows.map(({ seed, data }) => [seed, data])).to.deep.equal([[0, 'a "b", c'], [1, 'MNIST in some folder']]);
    expect(rows[0]['best.EM']).to.be.a('number');
    expect(whole.stdout.split('\r\n')).to.have.lengthOf(14);
    expect(whole.stdout).to.match(
      /^folder,group,variant,name,seed,finished,step,steps,task\.name,.*,failure,damage\r\n/,
    );
  });

  it('refuses queries and columns that are none, with the place and what is meant', async () => {
    const [query, name, columns, both] = await Promise.all([
      here('runs', '--where', 'loss=softsort and (n=10'),
      here('runs', '--where', 'curvatur=hessian'),
      here('runs', '--columns', 'seed,,loss'),
      here('runs', '--csv', '--json'),
    ]);
    expect([query, name, columns, both].map(({ code }) => code)).to.deep.equal([1, 1, 1, 2]);
    expect(query.stderr).to.equal(
      'error PARAMS: the query cannot be read at character 24 of "loss=softsort and (n=10": expected and, or, or ), got the end\n',
    );
    expect(name.stderr).to.match(/^error PARAMS: no run has "curvatur" \(did you mean curvature\?\); there are /);
    expect(columns.stderr).to.match(/^error PARAMS: --columns should be names with commas/);
    expect(both.stderr).to.match(/'--csv' cannot be used with option '--json'/);
  });

  it('notes what is damaged, and fails for it where it is asked to', async () => {
    appendFileSync(at('runs/x/none/seed-2/metrics.jsonl'), '{"kind":"tr');
    const damaged = 'damaged: runs/x/none/seed-2/metrics.jsonl ends in the middle of a line\n';
    const [plain, checked, elsewhere] = await Promise.all([
      here('runs', '--where', 'curvature=none', '--columns', 'folder'),
      here('runs', '--check'),
      here('runs', 'runs/x/hessian', '--check', '--json'),
    ]);
    expect(plain).to.include({ code: 0, stderr: `6 of 12 runs\n${damaged}` });
    expect(plain.stdout.split('\n')).to.include('runs/x/none/seed-2').and.to.have.lengthOf(8);
    expect(checked).to.include({ code: 1, stderr: damaged });
    expect(elsewhere).to.include({ code: 0, stderr: '' });
  });

  it('says where there are no runs, or no folder', async () => {
    mkdirSync(at('empty'));
    const [empty, columns, missing] = await Promise.all([
      here('runs', 'empty', '--json'),
      here('runs', '.', '--where', 'variant=x', '--columns', 'seed', '--csv'),
      here('runs', 'nowhere'),
    ]);
    expect(empty).to.include({ code: 0, stdout: '[]\n', stderr: 'there are no runs\n' });
    expect([columns.code, columns.stdout, columns.stderr]).to.deep.equal([0, 'seed\r\n', '0 of 12 runs\n']);
    expect(missing.stderr).to.equal('error DATA: cannot read nowhere: there is no such file or folder (ENOENT)\n');
  });

  it('exports event files, a log directory a run, and never into one', async () => {
    writeRun(at('runs', 'single'), { variant: 'fisher', seed: 9, level: 0.2, steps: 500 });
    const { code, stdout } = await here('export', 'runs', '--tensorboard', 'logs', '--where', 'seed=0 or seed=9');
    expect([code, stdout]).to.deep.equal([0, '5 runs, to look at with: tensorboard --logdir logs\n']);
    const logs = readdirSync(at('logs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.includes('tfevents')
    );
    expect(logs.map((name) => path.dirname(name)).sort()).to.deep.equal(
      ['single', 'x/fisher/seed-0', 'x/hessian/seed-0', 'x/none-exact/seed-0', 'x/none/seed-0'],
    );
    const file = at('logs', 'single', 'events.out.tfevents.newton-losses');
    const bytes = readFileSync(file);
    expect(bytes.toString('latin1')).to.include('train/loss').and.include('eval/EM').and.include(
      'newton/smallestLambda',
    );
    await here('export', 'runs/single', 'runs/x', '--tensorboard', 'logs');
    expect(readFileSync(file).equals(bytes)).to.equal(true);
    expect(bytes.toString('latin1')).to.include('loss.params.temperature').and.include('seed').and.not.include(
      'MNIST in',
    );
    const inside = await here('export', 'runs/single', '--tensorboard', 'runs');
    expect(inside.stderr).to.match(/^error PARAMS: event files should not be in a run folder/);
    expect(existsSync(at('runs/single/events.out.tfevents.newton-losses'))).to.equal(false);
  });

  it('exports logs as CSV, a line a number', async () => {
    const [csv, neither] = await Promise.all([
      here('export', 'runs', '--csv', '--where', 'variant=hessian and seed=0'),
      here('export', 'runs'),
    ]);
    const [head, ...lines] = csv.stdout.trimEnd().split('\r\n');
    expect(head).to.equal('folder,step,time,tag,value');
    expect(lines).to.have.lengthOf(80 * (5 + 8) + 8 * 3);
    expect(lines[0]).to.match(/^runs\/x\/hessian\/seed-0,50,0\.1\d+,train\/loss,0\.29\d+$/);
    expect([neither.code, neither.stderr.split('\n')[0]]).to.deep.equal([2, 'error: give --tensorboard DIR or --csv']);
  });
});
