import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { LossError } from '../../../core/errors.js';
import { textTable, writeFigure, writePage, writeReport } from '../../../harness/report/index.js';
import { lastStep, readRun } from '../../../harness/run/run-record.js';
import { readSource } from '../../../harness/report/source.js';
import { lookOf } from '../../../harness/report/chart/palette.js';
import { draw } from '../../../harness/report/chart/draw.js';
import { inlineJson } from '../../../harness/report/markup.js';
import { pathMetricInfos } from '../../../harness/tasks/warcraft/path-metrics.js';
import { summarise } from '../../../harness/report/summary.js';
import { codeOf, temporaryFolder } from '../helpers.js';
import { typicalRuns, writeComparison, writeRun } from '../report-folders.js';

describe('report', () => {
  const folder = temporaryFolder();
  const report = async (): Promise<string> => readFileSync((await writeReport(folder())).file, 'utf8');
  const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

  describe('reading run folders', () => {
    beforeEach(() => writeRun(folder(), { variant: 'fisher', seed: 3, level: 0.2, steps: 1000 }));
    const metrics = (): string => path.join(folder(), 'metrics.jsonl');

    it('leaves out the torn last line of a run that was killed', () => {
      const before = readRun(folder());
      appendFileSync(metrics(), '{"kind":"train","step":10');
      expect(readRun(folder())).to.deep.equal(before);
    });

    it('takes the later line where a resumed run wrote a step again', () => {
      appendFileSync(metrics(), `${JSON.stringify({ kind: 'eval', step: 500, split: 'test', EM: 0.75 })}\n`);
      const { evaluations } = readRun(folder());
      expect(evaluations.map(({ step }) => step)).to.deep.equal([500, 1000]);
      expect(evaluations[0].metrics).to.deep.equal({ EM: 0.75 });
    });

    it('refuses a malformed line, a missing experiment and a folder of something else', () => {
      appendFileSync(metrics(), 'nonsense\n');
      expect(codeOf(() => readRun(folder()))).to.equal('DATA');
      expect(codeOf(() => readSource(path.join(folder(), 'nowhere')))).to.equal('DATA');
      writeFileSync(path.join(folder(), 'experiment.json'), '{');
      expect(codeOf(() => readRun(folder()))).to.equal('DATA');
    });
  });

  describe('summary', () => {
    const evaluated = (variant: string, seed: number, EM: readonly number[]): void => {
      const run = path.join(folder(), variant, `seed-${seed}`);
      const lines = EM.map((value, i) => ({
        kind: 'eval',
        step: 500 * (i + 1),
        split: 'test',
        EM: value,
        final: i === EM.length - 1,
      }));
      writeFileSync(path.join(run, 'metrics.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    };

    it('takes values at the last step, the best over evaluations, and pairs by seed', () => {
      writeComparison(
        folder(),
        [0, 1].flatMap((seed) => ['none', 'fisher'].map((variant) => ({ variant, seed, level: 0.2 }))),
      );
      evaluated('none', 0, [0.3, 0.1]);
      evaluated('none', 1, [0.1, 0.2]);
      evaluated('fisher', 0, [0.1, 0.25]);
      evaluated('fisher', 1, [0.1, 0.45]);
      const { metric, references, variants } = summarise(readSource(folder()).groups[0]);
      expect([metric, references]).to.deep.equal(['EM', ['none']]);
      const [none, fisher] = variants;
      expect(none.final['EM'].values).to.deep.equal([0.1, 0.2]);
      expect(none.best!.values).to.deep.equal([0.3, 0.2]);
      expect(none.differences).to.deep.equal({});
      // Differences 0.15 and 0.25: mean 0.2, sd 0.1 / sqrt 2, half-width 12.7062 * 0.05.
      const { mean, interval } = fisher.differences['none'];
      expect(mean).to.be.closeTo(0.2, 1e-12);
      expect(interval![0]).to.be.closeTo(0.2 - 12.7062 * 0.05, 1e-5);
      expect(fisher.final['EM'].deviation).to.be.closeTo(0.2 / Math.SQRT2, 1e-12);
    });

    it('counts explosive steps a run and takes the median time of a step', () => {
      writeComparison(folder(), typicalRuns());
      const [none, fisher] = summarise(readSource(folder()).groups[0]).variants;
      expect(none.explosions!.values).to.deep.equal([1, 1, 1]);
      expect(fisher.explosions!.mean).to.equal(0);
      expect(none.msPerStep!.mean).to.be.closeTo(3.2, 0.1);
    });

    it('leaves unfinished and failed runs out of the figures, and their seeds out of the pairs', () => {
      writeComparison(folder(), [
        { variant: 'none', seed: 0, level: 0.1 },
        { variant: 'none', seed: 1, level: 0.1, reached: 700 },
        { variant: 'none', seed: 2, level: 0.1 },
        { variant: 'hessian', seed: 0, level: 0.2 },
        { variant: 'hessian', seed: 1, level: 0.2 },
        { variant: 'hessian', seed: 2, level: 0.2, reached: 50, failure: 'NONFINITE: sample 3' },
      ]);
      const [none, hessian] = summarise(readSource(folder()).groups[0]).variants;
      expect([none.seeds, none.unfinished, none.failed]).to.deep.equal([[0, 2], [1], []]);
      expect([hessian.seeds, hessian.unfinished, hessian.failed]).to.deep.equal([[0, 1], [], [2]]);
      expect(hessian.differences['none'].pairs).to.equal(1);
      expect(hessian.differences['none']).not.to.have.property('interval');
    });
  });

  describe('page', () => {
    it('loads nothing from anywhere', async () => {
      writeComparison(folder(), typicalRuns());
      const text = await report();
      expect(text).not.to.match(/<link|<img|<iframe|\ssrc=|url\(|@import|eval\(|new Function/);
      for (const [address] of text.matchAll(/https?:\/\/[^"' <]+/g)) expect(address).to.match(/^http:\/\/www.w3.org\//);
    });

    it('runs one script, which the policy knows by its digest, beside data', async () => {
      writeComparison(folder(), typicalRuns());
      const text = await report();
      const scripts = [...text.matchAll(/<script type="([^"]*)">(.*?)<\/script>/gs)];
      expect(text.match(/<script/gi)).to.have.lengthOf(2);
      expect(scripts.map(([, type]) => type)).to.deep.equal(['application/json', 'text/javascript']);
      const digest = createHash('sha256').update(scripts[1][2]).digest('base64');
      expect(text).to.contain(`script-src &#39;sha256-${digest}&#39;;`);
      expect(scripts[1][2].length).to.be.lessThan(16_000);
    });

    it('puts data into the page that ends no script', () => {
      const data = ['</script><script>', '<!--', '\u2028\u2029', '\\u003c'];
      const { text } = inlineJson(data);
      expect(text).not.to.match(/[<\u2028\u2029]/);
      expect(JSON.parse(text)).to.deep.equal(data);
    });

    it('is the same bytes for the same folder', async () => {
      writeComparison(folder(), typicalRuns());
      expect(await report()).to.equal(await report());
    });

    it('shows the figures of summary.json', async () => {
      writeComparison(folder(), typicalRuns());
      const text = await report();
      expect(text).to.contain('MNIST in some folder');
      const summary = JSON.parse(readFileSync(path.join(folder(), 'summary.json'), 'utf8'));
      for (const { final, differences } of summary.groups[0].variants) {
        expect(text).to.contain(
          `${(100 * final.EM.mean).toFixed(1)}\u00a0±\u00a0${(100 * final.EM.deviation).toFixed(1)}`,
        );
        for (const { mean } of Object.values<{ mean: number }>(differences)) {
          expect(text).to.contain(Math.abs(100 * mean).toFixed(1));
        }
      }
      expect(summary.groups[0].references).to.deep.equal(['none', 'none-exact']);
    });

    it('draws a line a run and one a variant, and a triangle for each interval with explosive steps', async () => {
      writeComparison(folder(), typicalRuns());
      const [curves, times, losses, norms] = (await report()).match(/<figure data-chart=.*?<\/figure>/gs)!;
      expect(count(curves, /stroke-width="1" opacity="0.45"/g)).to.equal(12);
      expect(count(curves, /stroke-width="2.5"/g)).to.equal(4);
      for (const figure of [curves, times]) expect(count(figure, /class="band"/g)).to.equal(4);
      expect(times).to.contain('>Training time (s)<');
      expect(count(norms, /stroke-width="1" opacity="0.8"/g)).to.equal(12);
      expect(count(losses, /stroke-width="1" opacity="0.45"/g)).to.equal(12);
      expect(count(losses, /stroke-width="2.5"/g)).to.equal(4);
      const triangles = norms.match(/<g class="explosive".*?<\/g>/g)!;
      expect(triangles.map((group) => count(group, /<path/g))).to.deep.equal([1, 1, 1]);
      for (const group of triangles) expect(group).to.contain(`fill="${lookOf(0).colour}"`);
      for (const figure of [curves, times, losses, norms]) {
        expect(figure).to.match(/<svg role="img" aria-label="[^"]{40,}"/);
      }
    });

    it('shows shares in percent, other metrics as they are, and says of which less is better', async () => {
      writeRun(folder(), { variant: 'none', seed: 0, level: 0.2, steps: 500 });
      const rewrite = (name: string, change: (text: string) => string): void => {
        const file = path.join(folder(), name);
        writeFileSync(file, change(readFileSync(file, 'utf8')));
      };
      rewrite('experiment.json', (text) => text.replace('"mnist-sort","n":10,"digits":4', '"warcraft","size":12'));
      rewrite('data.json', () => JSON.stringify({ source: 'maps', metrics: pathMetricInfos }));
      const metrics = { perfectMatch: 0.75, costRatio: 1.0126, optimal: 0.8, regret: 0.0123, valid: 1, novel: 0.5 };
      const line = JSON.stringify({ kind: 'eval', step: 500, split: 'test', ...metrics, final: true });
      rewrite('metrics.jsonl', (text) => text.replace(/\{"kind":"eval".*\}/, line));
      const drawing = '<svg><script>alert(1)</script><text fill="currentColor"/></svg>';
      writeFileSync(path.join(folder(), 'predictions.svg'), drawing);
      const text = (await report()).replaceAll(/\s+/g, ' ');
      const [, encoded] =
        /Predictions of none<\/h2> ?<figure><img alt="[^"]+" src="data:image\/svg\+xml;base64,([^"]+)"><fig/.exec(
          text,
        )!;
      const image = Buffer.from(encoded, 'base64').toString();
      expect(image.replace(/^<svg><style>.*?<\/style>/, '<svg>')).to.equal(drawing);
      expect(image).to.match(
        /^<svg><style>:root\{color:#\w+\}@media\(prefers-color-scheme:dark\)\{:root\{color:#\w+\}\}<\/style>/,
      );
      expect(count(text, /<script/g)).to.equal(2);
      expect(text).to.contain(`http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;;`);
      const less = 'less is better';
      const heads = { perfectMatch: '%', costRatio: less, optimal: '%', regret: `%, ${less}`, valid: '%', novel: '%' };
      for (const [name, unit] of Object.entries(heads)) {
        expect(text).to.contain(`<th scope="col">${name}<br><small>${unit}</small></th>`);
      }
      for (const name of ['costRatio', 'regret<br><small>%</small>']) {
        expect(text).to.contain(`<th scope="col">${name}</th>`);
      }
      const cells = ['75\\.0', '1\\.013', '80\\.0', '1\\.2', '100\\.0', '50\\.0'].map((cell) => `<td[^>]*>${cell}</td>`)
        .join(' ?');
      expect(count(text, new RegExp(cells, 'g'))).to.equal(2); // in both tables
      expect(text).to.contain('regret is what all paths cost beyond');
      expect(text).not.to.contain('novel is');
      expect(textTable(summarise(readSource(folder()).groups[0]))).to.match(/perfectMatch +costRatio/);
    });

    it('describes figures in words, and escapes them', () => {
      const chart = { description: `a $' b $& <c>`, x: 'x', y: '<y>', log: false, panels: [], height: 9, opacity: 1 };
      expect(draw(chart, 100).svg.text).to.match(/^<svg role="img" aria-label="a \$&#39; b \$&#38; &#60;c&#62;"/);
    });

    it('escapes what it shows, and names failed and unfinished runs', async () => {
      writeComparison(folder(), [
        { variant: 'none', seed: 0, level: 0.1, failure: 'a <b>bad</b> & sad end', unwritten: true },
        { variant: 'fisher', seed: 0, level: 0.2, reached: 700 },
        { variant: 'hessian', seed: 0, level: 0.2, unwritten: true },
      ]);
      const text = await report();
      expect(text).to.contain('a &#60;b&#62;bad&#60;/b&#62; &#38; sad end');
      expect(text).to.contain('1 of 3 runs failed').and.to.contain('at step 700 of 4000').and.to.contain('not started');
    });

    it('explains the float32 emulation where it was used, and says so where the exact loss is missing', async () => {
      const runs = typicalRuns();
      writeComparison(folder(), runs);
      expect(await report()).to.contain('Explosive steps a run here: none 1, fisher 0, hessian 0, none-exact 0');
      writeComparison(folder(), runs.filter(({ variant }) => variant !== 'none-exact'));
      expect(await report()).to.contain('No variant with the exact loss');
      writeComparison(folder(), runs.filter(({ variant }) => variant === 'none-exact'));
      expect(await report()).not.to.contain('PyTorch');
    });

    it('shows medians of the curvature for Newton variants alone', async () => {
      writeComparison(folder(), typicalRuns());
      const table = /<h2>Curvature<\/h2>(.*?)<\/table>/s.exec(await report())![1];
      const heads = [...table.matchAll(/<th scope="row"><a[^>]*>([^<]*)/g)].map(([, head]) => head);
      expect(heads).to.deep.equal(['fisher', 'hessian']);
      expect(table).to.match(
        /<td[^>]*>1<\/td><td[^>]*>0<\/td><td[^>]*>1\.0\d<\/td><td[^>]*>2\.0\d<\/td><td[^>]*>0\.5<\/td><td[^>]*>0<\/td>/,
      );
      writeComparison(folder(), typicalRuns().filter(({ variant }) => variant.startsWith('none')));
      expect(await report()).not.to.contain('<h2>Curvature</h2>');
    });

    it('makes a page of a single run, without comparisons', async () => {
      writeRun(folder(), { variant: 'hessian', seed: 5, level: 0.3, steps: 1000 });
      const text = await report();
      expect(text).to.contain('mnist-sort/quick-softsort/hessian, seed 5').and.to.contain('hessian, λ = 1, batch');
      expect(text).not.to.contain('interval]');
    });

    it('makes a page of a run that has not logged anything yet', async () => {
      writeRun(folder(), { variant: 'hessian', seed: 5, level: 0.3, reached: 0 });
      expect(await report()).to.contain('at step 0 of 4000');
    });

    it('draws no gradient norms where none is finite', async () => {
      writeRun(folder(), { variant: 'none', seed: 5, level: 0.3, reached: 0 });
      const line = { kind: 'train', step: 50, loss: 0, gradientNorm: 0, explosions: 0, msPerStep: 1 };
      writeFileSync(
        path.join(folder(), 'metrics.jsonl'),
        [line, { ...line, step: 100, gradientNorm: null }].map((l) => `${JSON.stringify(l)}\n`).join(''),
      );
      expect(await report()).to.contain('at step 100').and.not.to.contain('<figure data-chart="norms">');
    });

    it('takes a log of any length', async () => {
      writeRun(folder(), { variant: 'none', seed: 5, level: 0.3, reached: 0 });
      const line = { kind: 'train', loss: 0, gradientNorm: 1, explosions: 0, msPerStep: 1 };
      const lines = Array.from({ length: 150_000 }, (_, step) => `${JSON.stringify({ ...line, step })}\n`);
      writeFileSync(path.join(folder(), 'metrics.jsonl'), lines.join(''));
      expect(lastStep(readRun(folder()))).to.equal(149_999);
      expect(await report()).to.contain('at step 149999 of 4000');
    });

    it('refuses a folder that is neither', async () => {
      const error = await writeReport(folder()).catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(LossError).with.property('code', 'DATA');
    });
  });

  describe('of several folders', () => {
    const at = (name: string): string => path.join(folder(), name);
    const single = (variant: string, seed: number, steps = 1000): string => {
      writeRun(at(`${variant}-${seed}-${steps}`), { variant, seed, level: 0.2, steps });
      return at(`${variant}-${seed}-${steps}`);
    };

    it('compares single runs of one preset, and tells others apart', () => {
      const runs = ['none', 'fisher'].flatMap((variant) => [0, 1].map((seed) => single(variant, seed)));
      const file = at('page.html');
      const { groups } = writePage([...runs, single('none', 0, 500), runs[0]], file);
      expect(groups.map(({ name }) => name)).to.deep.equal([
        'mnist-sort/quick-softsort',
        `mnist-sort/quick-softsort/none in ${at('none-0-500')}`,
        `mnist-sort/quick-softsort/none in ${runs[0]}`,
      ]);
      expect(groups[0].variants.map(({ variant, seeds }) => [variant, seeds])).to.deep.equal([['none', [0, 1]], [
        'fisher',
        [0, 1],
      ]]);
      const text = readFileSync(file, 'utf8');
      for (const run of runs) expect(text).to.contain(`newton-losses report ${run}`);
      expect(text).to.contain('6 runs').and.to.contain('One 95% interval');
      expect(existsSync(at('summary.json'))).to.equal(false);
    });

    it('puts comparisons below each other', () => {
      writeComparison(at('one'), typicalRuns());
      writeComparison(at('two'), typicalRuns().slice(0, 4));
      const { groups } = writePage([at('one'), at('two')], at('page.html'));
      expect(groups.map(({ name }) => name)).to.deep.equal(
        ['one', 'two'].map((name) => `mnist-sort/quick-softsort in ${at(name)}`),
      );
      expect(count(readFileSync(at('page.html'), 'utf8'), /<figure data-chart=/g)).to.equal(8);
    });
  });

  it('lays the table out in columns of equal width', () => {
    writeComparison(folder(), typicalRuns());
    const [main, exact] = textTable(summarise(readSource(folder()).groups[0])).split('\n\n').map((table) =>
      table.split('\n')
    );
    expect(new Set(main.map((line) => line.length)).size).to.equal(1);
    expect(main.length).to.equal(3 + 4);
    expect(main[0]).to.match(/^variant +EM +EW +best EM +explosive +time +EM − none +p$/);
    expect(exact[0]).to.match(/EM − none-exact$/);
  });

  it('writes a stand-alone figure, light and dark, small enough for a README', () => {
    writeComparison(folder(), typicalRuns());
    const file = path.join(folder(), 'curves.svg');
    writeFigure([folder()], file);
    const text = readFileSync(file, 'utf8');
    expect(text).to.match(/^<svg[^>]* xmlns="http:\/\/www.w3.org\/2000\/svg"/).and.to.contain(
      'prefers-color-scheme:dark',
    );
    expect(text).to.contain('>Training step<');
    expect(text.length).to.be.lessThan(150_000);
    for (const name of ['none', 'fisher', 'hessian', 'none-exact']) expect(text).to.contain(`>${name}</text>`);
    writeFigure([folder()], file, { over: 'time' });
    expect(readFileSync(file, 'utf8')).to.contain('>Training time (s)<');
  });

  it('refuses figures of another kind than it writes, and of what has not been measured', () => {
    writeRun(folder(), { variant: 'none', seed: 0, level: 0.2, reached: 0 });
    for (const name of ['curves.png', 'curves', 'curves.svg.pdf', '.svg']) {
      const file = path.join(folder(), name);
      expect(() => writeFigure([folder()], file), name).to.throw(LossError, /ends in \.svg/).with.property(
        'code',
        'PARAMS',
      );
      expect(existsSync(file)).to.equal(false);
    }
    expect(codeOf(() => writeFigure([folder()], path.join(folder(), 'curves.svg')))).to.equal('DATA');
  });
});
