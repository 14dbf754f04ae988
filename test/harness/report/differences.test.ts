import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { comparisons, improvementOf } from '../../../harness/report/comparisons.js';
import { textTable, writeReport } from '../../../harness/report/index.js';
import { readSource } from '../../../harness/report/source.js';
import { summarise } from '../../../harness/report/summary.js';
import { temporaryFolder } from '../helpers.js';
import { type SyntheticRun, writeComparison } from '../report-folders.js';

describe('differences in reports', () => {
  const folder = temporaryFolder();
  const seeds = (n: number): number[] => Array.from({ length: n }, (_, seed) => seed);
  const bySeed = (values: readonly number[]): Map<number, number> =>
    new Map(values.map((value, seed) => [seed, value]));
  const runs = (n: number): SyntheticRun[] =>
    seeds(n).flatMap((seed) => [
      { variant: 'none', seed, level: 0.2 + 0.01 * (seed % 3), steps: 500 },
      { variant: 'fisher', seed, level: 0.3 + 0.01 * (seed % 2), steps: 500 },
      { variant: 'hessian', seed, level: 0.2 + 0.03 * ((seed + 1) % 3), steps: 500 },
    ]);
  const page = async (): Promise<string> => readFileSync((await writeReport(folder())).file, 'utf8');
  const section = (text: string): string => /<h2>Differences<\/h2>(.*?)<\/ul>/s.exec(text)![1];

  it('corrects p for the comparisons with one reference that have one', () => {
    const found = comparisons(
      [
        { variant: 'none', bySeed: bySeed([0.1, 0.2, 0.3]) },
        { variant: 'a', bySeed: bySeed([0.2, 0.32, 0.39]) },
        { variant: 'b', bySeed: bySeed([0.2, 0.22, 0.3]) },
        { variant: 'same', bySeed: bySeed([0.2, 0.3, 0.4]) },
        { variant: 'single', bySeed: new Map([[2, 0.5]]) },
        { variant: 'elsewhere', bySeed: new Map([[7, 0.5]]) },
      ],
      ['none'],
    );
    const of = (variant: string): ReturnType<typeof found.get> => found.get(variant);
    const [a, b] = [of('a')!['none'].p, of('b')!['none'].p];
    expect(a.student).to.be.below(b.student!);
    expect(a.holm).to.equal(2 * a.student!);
    expect(b.holm).to.equal(b.student);
    for (const variant of ['same', 'single']) expect(of(variant)!['none'].p).not.to.have.any.keys('holm', 'student');
    expect(of('elsewhere')).to.deep.equal({});
    expect(of('none')).to.deep.equal({});
  });

  it('takes for better what the paper does', () => {
    const difference = (mean: number, student?: number): Parameters<typeof improvementOf>[0] => ({
      mean,
      pairs: 3,
      p: student === undefined ? {} : { student },
    });
    expect(improvementOf(difference(0.1, 0.049))).to.equal('significant');
    expect(improvementOf(difference(0.1, 0.05))).to.equal('improved');
    expect(improvementOf(difference(0.1))).to.equal('improved');
    for (const none of [difference(0, 0.01), difference(-0.1, 0.01), undefined]) {
      expect(improvementOf(none)).to.equal(undefined);
    }
  });

  it('marks what is better in the page and in the terminal, and says what the marks mean', async () => {
    writeComparison(folder(), runs(6));
    const text = await page();
    const table = /<table class="(many|crowded)">.*?<\/table>/s.exec(text)![0];
    expect(table.match(/<b(?!r)[^>]*>/g)).to.deep.equal(['<b>', '<b class="grey">']);
    expect(text).to.contain('Bold: better than none, p &#60; 0.05').and.to.contain('grey: a better mean than none');
    const lines = textTable(summarise(readSource(folder()).groups[0])).split('\n');
    expect(lines.filter((line) => line.includes('* '))).to.have.lengthOf(2); // of fisher, and what it means
    expect(lines[0]).to.match(/EM − none +p$/);
  });

  it('shows all there is of each difference', async () => {
    writeComparison(folder(), runs(6));
    const cells = [...section(await page()).matchAll(/<tr><th scope="row">fisher − none.*?<\/tr>/gs)][0][0]
      .match(/(?<=>)[^<]+(?=<\/td>)/g)!;
    expect(cells).to.have.lengthOf(9);
    const [pairs, deviation, bootstrap, ...rest] = cells;
    expect(pairs).to.equal('6');
    expect(deviation).to.match(/^\d\.\d$/);
    expect(bootstrap).to.match(/^\[\+\d+\.\d,\u00a0\+\d+\.\d\]$/);
    expect(rest.join(' ')).not.to.contain('–');
  });

  it('says why a figure is missing, and shows none that is no number', async () => {
    for (const n of [1, 2, 3, 4]) {
      writeComparison(folder(), runs(n));
      const text = await page();
      expect(text, `${n} seeds`).not.to.match(/NaN|Infinity|undefined/);
      if (n === 1) expect(text).not.to.contain('<h2>Differences</h2>');
      else expect(section(text)).to.contain('left out below 5');
    }
    writeComparison(folder(), [...runs(2), { variant: 'none', seed: 5, level: 0.2 }]);
    expect(section(await page())).not.to.contain('One pair');
    writeComparison(
      folder(),
      runs(2).map((run) => ({ ...run, ...(run.variant === 'hessian' && { seed: run.seed + 1 }) })),
    );
    expect(section(await page())).to.contain('One pair of runs');
    writeComparison(folder(), runs(2));
    for (const { variant, seed } of runs(2)) {
      const EM = { none: 0.25, fisher: 0.5, hessian: 0.25 + 0.25 * seed }[variant];
      const line = { kind: 'eval', step: 500, split: 'test', EM, final: true };
      writeFileSync(path.join(folder(), variant, `seed-${seed}`, 'metrics.jsonl'), `${JSON.stringify(line)}\n`);
    }
    const text = await page();
    expect(section(text)).to.contain('the same on every seed');
    expect(text).to.contain('+25.0 points against none, the same on every seed');
  });
});
