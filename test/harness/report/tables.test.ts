import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { writeTables } from '../../../harness/report/index.js';
import { csvTable } from '../../../harness/report/tables/csv-table.js';
import { latexTable } from '../../../harness/report/tables/latex-table.js';
import type { Table } from '../../../harness/report/tables/table.js';
import { temporaryFolder } from '../helpers.js';
import { typicalRuns, writeComparison } from '../report-folders.js';

const table: Table = {
  name: 'results',
  caption: 'Shares of 100 % & more_or_less.',
  first: 'Variant',
  heads: [{ title: 'EM', unit: '%' }, { title: 'p' }, { title: 'state', text: true }],
  rows: [
    {
      head: { text: 'none', swatch: 0, link: '#runs-0' },
      cells: [{ text: '9.2\u00a0±\u00a013.1', numbers: { mean: 9.21, deviation: 13.07 } }, { text: '–' }, 'at 7'],
    },
    {
      head: 'hessian λ={1}',
      cells: [
        { text: '25.9', numbers: { mean: 25.9 }, emphasis: 'bold' },
        { text: '< 0.001', numbers: { '': 1e-5 } },
        { text: '[a] \\b^~', emphasis: 'grey' },
      ],
    },
  ],
};

describe('tables of reports', () => {
  const folder = temporaryFolder();

  it('are LaTeX that says the same', () => {
    expect(latexTable(table, 'mine-results').split('\n').slice(2)).to.deep.equal([
      '  \\caption{Shares of 100 \\% \\& more\\_or\\_less.}',
      '  \\label{tab:mine-results}',
      '  \\begin{tabular}{lrrl}',
      '    \\toprule',
      '    Variant & EM & p & state \\\\',
      '     & {\\footnotesize \\%} &  &  \\\\',
      '    \\midrule',
      '    none & 9.2~$\\pm$~13.1 & -- & at 7 \\\\',
      '    hessian $\\lambda$=\\{1\\} & \\textbf{25.9} & $<$ 0.001 & '
      + '\\textcolor{gray}{\\textbf{{[a]} \\textbackslash{}b\\textasciicircum{}\\textasciitilde{}}} \\\\',
      '    \\bottomrule',
      '  \\end{tabular}',
      '\\end{table}',
      '',
    ]);
  });

  it('are CSV with a column for each number that cells say', () => {
    expect(csvTable(table).split('\r\n')).to.deep.equal([
      'Variant,EM (%) mean,EM (%) deviation,p,state',
      'none,9.21,13.07,,at 7',
      'hessian λ={1},25.9,,0.00001,[a] \\b^~',
      '',
    ]);
  });

  it('are written a file each, all that the page has', () => {
    writeComparison(folder(), typicalRuns());
    const names = ['results', 'beside-paper', 'run-time', 'differences', 'curvature', 'runs'];
    const out = path.join(folder(), 'tables');
    expect(writeTables([folder()], 'latex', out)).to.deep.equal(names.map((name) => path.join(out, `${name}.tex`)));
    for (const name of names) {
      const text = readFileSync(path.join(out, `${name}.tex`), 'utf8');
      expect(text, name).to.match(/^[\x20-\x7e\n]*$/);
      const columns = /\\begin\{tabular\}\{([lr]+)\}/.exec(text)![1].length;
      const rows = text.split('\n').filter((line) => line.endsWith('\\\\'));
      for (const row of rows) expect(row.split(/(?<!\\)&/), row).to.have.lengthOf(columns);
    }
    writeTables([folder()], 'csv', out);
    const [heads, ...runs] = readFileSync(path.join(out, 'runs.csv'), 'utf8').trimEnd().split('\r\n');
    expect(heads).to.equal(
      'Run,EM (%),EW (%),EM5 (%),explosive (steps),largest (|g|),training (s),backend,state,folder',
    );
    expect(runs).to.have.lengthOf(12);
    expect(runs[0]).to.match(/^"none, seed 0",\d+\.\d+,.*,1,46000,1[23]\.\d+,wasm,finished,\.\.\/none\/seed-0$/);
  });

  it('of several groups begin with those that the paper has, a row a group', () => {
    for (const name of ['one', 'two']) writeComparison(path.join(folder(), name), typicalRuns());
    const out = path.join(folder(), 'tables');
    const files = writeTables(['one', 'two'].map((name) => path.join(folder(), name)), 'csv', out);
    expect(files.slice(0, 3)).to.deep.equal(
      ['overview.csv', 'overview-differences.csv', 'overview-run-time.csv'].map((name) => path.join(out, name)),
    );
    expect(files).to.have.lengthOf(3 + 2 * 6);
    const rowsOf = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split('\r\n');
    const [heads, ...rows] = rowsOf(files[0]);
    expect(rows).to.have.lengthOf(2);
    expect(heads).to.contain('"none (here, %) mean","none (here, %) deviation","none (paper, %)"');
    expect(heads).to.contain('"none-exact (here, %) deviation"').and.not.to.contain('none-exact (paper');
    expect(rows[0]).to.contain(',27.46,').and.to.contain(',55.07,');
    expect(rowsOf(files[2])[0]).to.equal(
      'Group,none (s; ratio) seconds,fisher (s; ratio) seconds,fisher (s; ratio) ratio,'
        + 'hessian (s; ratio) seconds,hessian (s; ratio) ratio,none-exact (s; ratio) seconds',
    );
  });

  it('of several groups and many variants have a row a variant', () => {
    const variants = Array.from({ length: 10 }, (_, k) => `none ${k}`);
    const runs = [0, 1].flatMap((seed) => variants.map((variant) => ({ variant, seed, level: 0.2 })));
    for (const name of ['one', 'two']) writeComparison(path.join(folder(), name), runs);
    const folders = ['one', 'two'].map((name) => path.join(folder(), name));
    const [overview] = writeTables(folders, 'csv', path.join(folder(), 'tables'));
    const [heads, ...rows] = readFileSync(overview, 'utf8').trimEnd().split('\r\n');
    expect(heads.split(',').slice(0, 2)).to.deep.equal(['Variant', 'one mean']); // without what all names begin with
    expect(rows.filter((row) => row.includes('here'))).to.have.lengthOf(10);
    expect(rows[0]).to.match(/^"none 0 \(here, %\)",\d/);
  });
});
