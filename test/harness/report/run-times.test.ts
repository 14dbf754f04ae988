import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { writeReport } from '../../../harness/report/index.js';
import { readSource } from '../../../harness/report/source.js';
import { summarise, type VariantSummary } from '../../../harness/report/summary.js';
import { temporaryFolder } from '../helpers.js';
import { typicalRuns, writeComparison } from '../report-folders.js';

describe('run times in reports', () => {
  const folder = temporaryFolder();
  const runOf = (variant: string, seed: number, file: string): string =>
    path.join(folder(), variant, `seed-${seed}`, file);

  /** Gives a run steps of so many milliseconds, in intervals of 1000. */
  function take(variant: string, seed: number, milliseconds: readonly number[]): void {
    const lines = readFileSync(runOf(variant, seed, 'metrics.jsonl'), 'utf8').split('\n');
    const training = milliseconds.map((msPerStep, k) => ({
      ...{ kind: 'train', loss: 0.1, gradientNorm: 1, explosions: 0 },
      ...{ step: 1000 * (k + 1), msPerStep },
    }));
    const evaluations = lines.filter((line) => line.includes('"eval"'));
    const text = [...training.map((line) => JSON.stringify(line)), ...evaluations].map((line) => `${line}\n`);
    writeFileSync(runOf(variant, seed, 'metrics.jsonl'), text.join(''));
  }

  const variants = (): readonly VariantSummary[] => summarise(readSource(folder()).groups[0]).variants;

  it('are seconds of steps, and their ratios those of pairs of seeds', () => {
    writeComparison(folder(), typicalRuns().filter(({ seed }) => seed < 2));
    for (const [seed, factor] of [[0, 2], [1, 8]]) {
      take('none', seed, [1, 1, 1, 3]);
      take('fisher', seed, [1, 1, 1, 3].map((time) => factor * time));
    }
    const [none, fisher] = variants();
    expect(none.times).to.deep.equal({ training: { mean: 6, deviation: 0, values: [6, 6] } });
    expect(fisher.times!.training.values).to.deep.equal([12, 48]);
    expect(fisher.msPerStep!.values).to.deep.equal([2, 8]);
    const { baseline, ratio } = fisher.times!.overhead!;
    expect([baseline, ratio.pairs]).to.deep.equal(['none', 2]);
    expect(ratio.mean).to.be.closeTo(4, 1e-12); // logarithms 2 +- 12.7062 * 1, to base 2
    expect(Math.log2(ratio.interval![0])).to.be.closeTo(2 - 12.7062, 1e-4);
    expect(Math.log2(ratio.interval![1])).to.be.closeTo(2 + 12.7062, 1e-4);
  });

  it('are over the plain loss with the same settings, and no other', () => {
    writeComparison(folder(), typicalRuns());
    const baselines = variants().map(({ variant, times }) => [variant, times!.overhead?.baseline]);
    expect(baselines).to.deep.equal([
      ['none', undefined],
      ['fisher', 'none'],
      ['hessian', 'none'],
      ['none-exact', undefined],
    ]);
    writeComparison(folder(), typicalRuns().map((run) => (run.variant === 'none' ? { ...run, steps: 5000 } : run)));
    for (const { times } of variants()) expect(times!.overhead).to.equal(undefined);
  });

  it('are those of whole runs too, where all of a variant have them', () => {
    writeComparison(folder(), typicalRuns());
    const line = (step: number, wallSeconds: number): string =>
      `${JSON.stringify({ step, at: 1e9, wallSeconds, processSeconds: 2 * wallSeconds })}\n`;
    for (const variant of ['none', 'hessian']) {
      for (const seed of [0, 1, 2]) {
        writeFileSync(runOf(variant, seed, 'times.jsonl'), line(500, 1) + line(4000, 8 + seed));
      }
    }
    writeFileSync(runOf('hessian', 2, 'times.jsonl'), `${JSON.stringify({ step: 4000, at: 1e9 })}\n`);
    const [none, , hessian] = variants();
    expect(none.times!.wall!.values).to.deep.equal([8, 9, 10]);
    expect(none.times!.processor!.values).to.deep.equal([16, 18, 20]);
    expect(hessian.times).not.to.have.any.keys('wall', 'processor');
  });

  it('stand in the page, with where they are from and what the paper has', async () => {
    writeComparison(folder(), typicalRuns());
    const versions = runOf('none', 0, 'versions.json');
    const machine = 'some processor, 2 cores';
    writeFileSync(versions, JSON.stringify({ ...JSON.parse(readFileSync(versions, 'utf8')) as object, machine }));
    const { file } = await writeReport(folder());
    const section = /<h2>Run time<\/h2>(.*?)<h2>/s.exec(readFileSync(file, 'utf8'))![1];
    expect(section).to.contain('what Table 6 of the paper has for its Table 1');
    expect(section).to.contain('On some processor, 2 cores; then a machine that is not on record, with wasm with SIMD');
    expect(section).to.contain('2 runs side by side').and.to.contain('are not known here');
    expect(section.match(/\d\.\d\d\u00a0× \[\d\.\d\d,\u00a0\d\.\d\d\]/g)).to.have.lengthOf(2);
  });
});
