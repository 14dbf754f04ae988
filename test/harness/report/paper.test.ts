import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { loadExperiment } from '../../../harness/experiments/experiment.js';
import { textTable, writeReport } from '../../../harness/report/index.js';
import { besidePaper } from '../../../harness/report/paper/beside.js';
import { paperRows } from '../../../harness/report/paper/numbers.js';
import { readSource } from '../../../harness/report/source.js';
import { summarise } from '../../../harness/report/summary.js';
import { temporaryFolder } from '../helpers.js';
import { typicalRuns, writeComparison } from '../report-folders.js';

describe("the paper's figures in reports", () => {
  const folder = temporaryFolder();
  const variants = (
    preset: string,
    names: readonly string[],
  ): { variant: string; experiment: ReturnType<typeof loadExperiment> }[] =>
    names.map((variant) => ({ variant, experiment: loadExperiment(`${preset}/${variant}`) }));

  it('belong to the preset of their protocol, from which nothing differs', () => {
    for (const { preset, values, table } of paperRows) {
      const [curvatures] = Object.values(values).map((row) => Object.keys(row));
      const found = besidePaper(variants(preset, curvatures), table === 9 ? 5 : 10)!;
      expect(found.table, preset).to.equal(table);
      expect(found.protocol, preset).to.deep.equal([]);
      expect(found.cells.map((cell) => [cell.variant, cell.preset])).to.deep.equal(
        curvatures.map((curvature) => [curvature, preset]),
      );
      for (const { variant, values: own, baseline } of found.cells) {
        for (const [metric, row] of Object.entries(values)) {
          expect(own[metric]).to.equal(row[variant]);
          expect(baseline[metric]).to.equal(row['none']);
        }
      }
    }
  });

  it('are those of the quick presets too, with what differs', () => {
    const found = besidePaper(variants('mnist-sort/quick-neuralsort', ['none', 'fisher', 'hessian']), 3)!;
    expect(found.cells.map(({ values }) => values)).to.deep.equal([{ EM: 24.26 }, { EM: 39.23 }, { EM: 48.76 }]);
    const apart = new Map(found.protocol.map(({ setting, here, paper }) => [setting, [here, paper]]));
    expect(apart.get('seeds')).to.deep.equal([3, 10]);
    expect(apart.get('model.name')).to.deep.equal(['digit-mlp', 'paper-cnn']);
    expect(apart.get('steps')).to.deep.equal([2500, 100_000]);
    expect(apart.get('newton.lambda of fisher')).to.deep.equal([0.1, 100]);
    expect(apart.has('newton.lambda of hessian')).to.equal(false);
  });

  it('names the variants of a setting that is the paper’s in others', () => {
    const preset = 'mnist-sort/paper-softsort-n10';
    const shorter = { variant: 'fisher', experiment: loadExperiment(`${preset}/fisher`, { steps: 50 }) };
    const { protocol } = besidePaper([...variants(preset, ['none']), shorter], 10)!;
    expect(protocol).to.deep.equal([{ setting: 'steps of fisher', here: 50, paper: 100_000 }]);
  });

  it('are not those of what the paper does not have', () => {
    for (const name of ['none-exact', 'hessian-exact']) {
      expect(besidePaper(variants('mnist-sort/quick-softsort', [name]), 10)).to.equal(undefined);
    }
    for (const name of ['hessian-absolute', 'fisher-sample', 'none-clipped']) {
      expect(besidePaper(variants('mnist-sort/quick-dsn-cauchy', [name]), 10), name).to.equal(undefined);
    }
    expect(besidePaper(variants('mnist-sort/quick-dsn-gaussian', ['none']), 10)).to.equal(undefined);
    expect(besidePaper(variants('warcraft/quick-bellman-ford-for-l1', ['hessian']), 10)).to.equal(undefined);
    expect(besidePaper(variants('random-regression/relu-programs', ['hessian']), 5)).to.equal(undefined);
  });

  it('stand beside ours in the page, the terminal and summary.json', async () => {
    writeComparison(folder(), typicalRuns());
    const { file, groups } = await writeReport(folder());
    const page = readFileSync(file, 'utf8');
    const section = /<h2>Beside the paper<\/h2>(.*?)<h2>/s.exec(page)![1];
    expect(section).to.contain('Table 1 of Petersen et al.').and.to.contain('mnist-sort/paper-softsort-n10');
    const rows = section.match(/<tr><th scope="row"><a[^>]*>(none|fisher|hessian)<\/a><\/th>.*?<\/tr>/gs)!;
    expect(rows).to.have.lengthOf(3);
    expect(rows[2]).to.match(/55\.07.*>\+\d+\.\d<.*>\+27\.61</);
    expect(section).to.match(/<th scope="row">steps<\/th>\s*<td[^>]*>4000<\/td>\s*<td[^>]*>100000<\/td>/);
    expect(groups[0].paper!.cells.map(({ variant }) => variant)).to.deep.equal(['none', 'fisher', 'hessian']);
    const text = textTable(summarise(readSource(folder()).groups[0]));
    expect(text).to.contain('Table 1, EM: none 27.46, fisher 54.00, hessian 55.07; its protocol differs in seeds,');
  });
});
