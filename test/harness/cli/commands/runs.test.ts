import { expect } from 'chai';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Ended, start } from '../../command-line.js';
import { temporaryFolder } from '../../helpers.js';
import { typicalRuns, writeComparison } from '../../report-folders.js';

describe('newton-losses runs', function() {
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
});
