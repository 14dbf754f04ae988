import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { writeReport, writeTables } from '../../../harness/report/index.js';
import { overallDifferences } from '../../../harness/report/overall.js';
import type { GroupSummary } from '../../../harness/report/summary.js';
import { pairedDifference } from '../../../harness/statistics/index.js';
import { temporaryFolder } from '../helpers.js';
import { typicalRuns, writeComparison } from '../report-folders.js';

type Values = Readonly<Record<number, number>>;

/** A group whose variants have these values of EM, by seed. */
function group(variants: Readonly<Record<string, Values>>, references = ['none'], metric = 'EM'): GroupSummary {
  return {
    name: 'a group',
    metric,
    evaluatedOn: 'test',
    metrics: { [metric]: { meaning: '', better: 'larger', kind: 'share' } },
    references,
    variants: Object.entries(variants).map(([variant, bySeed]) => ({
      variant,
      seeds: Object.keys(bySeed).map(Number),
      ...{ unfinished: [], failed: [], backends: [], differences: {} },
      final: { [metric]: { mean: 0, values: Object.values(bySeed) } },
    })),
  };
}

describe('differences over all groups', () => {
  const folder = temporaryFolder();

  it('are of the means over the groups, seed by seed', () => {
    const found = overallDifferences([
      group({ none: { 0: 0.1, 1: 0.2, 2: 0.3 }, fisher: { 0: 0.2, 1: 0.25, 2: 0.3 } }),
      group({ none: { 2: 0.5, 0: 0.6, 1: 0.4 }, fisher: { 1: 0.6, 2: 0.4, 0: 0.7 } }),
    ]);
    expect(found).to.have.lengthOf(1);
    const [{ difference: { p: { holm, ...p }, ...difference }, ...rest }] = found;
    expect(rest).to.deep.equal({ variant: 'fisher', reference: 'none', groups: 2, pairs: 6, ahead: 4 });
    const by = pairedDifference([0.45, 0.425, 0.35], [0.35, 0.3, 0.4]);
    expect(difference.mean).to.be.closeTo(by.mean, 1e-15);
    expect(difference.interval![0]).to.be.closeTo(by.interval![0], 1e-14);
    expect(p.student).to.be.closeTo(by.p.student!, 1e-14);
    expect(holm).to.equal(p.student);
  });

  it('are of the seeds that all groups with both variants have', () => {
    const found = overallDifferences([
      group({ none: { 0: 0.1, 1: 0.2 }, fisher: { 1: 0.3 }, hessian: { 0: 0.3, 1: 0.5 } }),
      group({ none: { 0: 0.1, 1: 0.4 }, fisher: { 0: 0.9, 1: 0.6 } }),
      group({ none: { 0: 0.1, 1: 0.4 }, hessian: {} }),
    ]);
    expect(found.map(({ variant, groups, pairs, difference }) => [variant, groups, pairs, difference.pairs])).to.deep
      .equal([['fisher', 2, 3, 1], ['hessian', 1, 2, 2]]);
    expect(found[0].difference.mean).to.be.closeTo(0.15, 1e-15);
    expect(found[1].difference.mean).to.be.closeTo(0.25, 1e-15);
  });

  it('leave out groups that have nothing to compare: of a single variant', () => {
    const pair = group({ none: { 0: 0.1, 1: 0.2 }, fisher: { 0: 0.2, 1: 0.4 } });
    const found = overallDifferences([pair, group({ none: { 0: 0.9, 1: 0.8 } }, [])]);
    expect(found.map(({ variant, pairs }) => [variant, pairs])).to.deep.equal([['fisher', 2]]);
  });

  it('compare two references once, and correct for the variants of each', () => {
    const variants = { none: { 0: 0.1, 1: 0.2 }, exact: { 0: 0.2, 1: 0.31 }, fisher: { 0: 0.2, 1: 0.33 } };
    const summary = group(variants, ['none', 'exact']);
    const found = overallDifferences([summary, summary]);
    expect(found.map(({ variant, reference }) => `${variant} − ${reference}`)).to.deep
      .equal(['exact − none', 'fisher − none', 'fisher − exact']);
    const least = Math.min(...found.slice(0, 2).map(({ difference }) => difference.p.student!));
    expect(Math.min(...found.slice(0, 2).map(({ difference }) => difference.p.holm!))).to.equal(2 * least);
    expect(found[2].difference.p.holm).to.equal(found[2].difference.p.student);
  });

  it('need several groups of one metric with a seed in common', () => {
    const one = group({ none: { 0: 0.1 }, fisher: { 0: 0.2 } });
    expect(overallDifferences([])).to.deep.equal([]);
    expect(overallDifferences([one])).to.deep.equal([]);
    expect(overallDifferences([one, { ...one, metric: 'EW' }])).to.deep.equal([]);
    expect(overallDifferences([one, group({ none: { 1: 0.1 }, fisher: { 1: 0.2 } })])).to.deep.equal([]);
  });

  it('stand in the page and in its table', async () => {
    for (const name of ['one', 'two']) writeComparison(path.join(folder(), name), typicalRuns());
    expect((await writeReport(path.join(folder(), 'one'))).overall).to.deep.equal([]);
    const folders = ['one', 'two'].map((name) => path.join(folder(), name));
    const files = writeTables(folders, 'csv', path.join(folder(), 'tables'));
    const [heads, ...rows] = readFileSync(files[1], 'utf8').trimEnd().split('\r\n');
    expect(path.basename(files[1])).to.equal('overview-differences.csv');
    expect(heads).to.contain('p (t-test),p (Holm),ahead (of pairs) ahead,ahead (of pairs) pairs,groups,seeds');
    expect(rows.map((row) => row.split(',')[0])).to.deep.equal([
      ...['fisher', 'hessian', 'none-exact'].map((variant) => `${variant} − none`),
      ...['fisher', 'hessian'].map((variant) => `${variant} − none-exact`),
    ]);
    expect(rows[0]).to.match(/,6,6,2,3$/);
  });
});
