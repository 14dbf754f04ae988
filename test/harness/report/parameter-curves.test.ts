import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { writeFigure, writeReport } from '../../../harness/report/index.js';
import { metricChart, firstView } from '../../../harness/report/chart/charts.js';
import { evaluationsTable } from '../../../harness/report/in-page/csv.js';
import { type ParameterCurves, parameterCurves } from '../../../harness/report/parameter-curves.js';
import type { FigureOptions } from '../../../harness/report/stand-alone.js';
import { readSource } from '../../../harness/report/source.js';
import { summarise } from '../../../harness/report/summary.js';
import { codeOf, temporaryFolder } from '../helpers.js';
import { ablationRuns, type SyntheticRun, typicalRuns, writeComparison } from '../report-folders.js';

const GRID = [0.001, 0.1, 10];

const ablation = (lambdaOf?: (lambda: number) => unknown): SyntheticRun[] => ablationRuns(GRID, lambdaOf);

describe('curves over a setting', () => {
  const folder = temporaryFolder();
  const found = (): ParameterCurves[] => {
    const [group] = readSource(folder()).groups;
    return parameterCurves(group, summarise(group));
  };

  it('are of runs that differ in it alone, a line for what these share, and plain ones are levels', () => {
    writeComparison(folder(), ablation());
    const [{ setting, curves }, ...others] = found();
    expect([setting, others]).to.deep.equal(['newton.lambda', []]);
    expect(curves.variants).to.deep.equal(['none', 'fisher', 'hessian']);
    expect(curves.parameter).to.deep.equal({ name: 'newton.lambda', log: true, levels: 1 });
    const steps = curves.runs.map(({ variant, seed, evaluations }) => [variant, seed, evaluations.step]);
    expect(steps).to.deep.equal([
      ...[0, 1].map((seed) => [0, seed, [0.001, 10]]),
      ...[1, 2].flatMap((variant) => [0, 1].map((seed) => [variant, seed, GRID])),
    ]);
    const final = /"EM":([^,]*)[^\n]*"final":true/.exec(
      readFileSync(path.join(folder(), 'hessian lambda=0.1/seed-1/metrics.jsonl'), 'utf8'),
    )![1];
    expect(curves.runs.at(-1)!.evaluations.metrics[0][1]).to.be.closeTo(Number(final), 1e-6);
  });

  it('are drawn on a logarithmic axis where values span decades, and are no chart where there are none', () => {
    writeComparison(folder(), ablation());
    const [{ curves }] = found();
    const chart = metricChart(curves, firstView(curves))!;
    expect([chart.x, chart.logX, chart.panels[0].series.length]).to.deep.equal(['newton.lambda', true, 9]);
    writeComparison(folder(), ablation((lambda) => ({ relative: lambda + 2 })));
    expect(found().map(({ setting, curves: { parameter } }) => [setting, parameter!.log])).to.deep.equal([
      ['newton.lambda.relative', false],
    ]);
    writeComparison(folder(), typicalRuns()); // lambdas of presets: no two variants differ in it alone
    expect(found()).to.deep.equal([]);
  });

  it('leave out runs that are not finished, and their means', () => {
    const runs = ablation().map((run) =>
      run.variant === 'hessian lambda=0.1' && run.seed === 1 ? { ...run, reached: 700 } : run
    );
    writeComparison(folder(), runs);
    const [{ curves }] = found();
    const { series } = metricChart(curves, firstView(curves))!.panels[0];
    const of = (kind: string): number[] =>
      series.filter((line) => line.kind === kind && line.variant === 2).map(({ points }) => points.length);
    expect([of('run'), of('mean')]).to.deep.equal([[3, 2], [2]]);
  });

  it('have a row for each value in CSV, and one for a level', () => {
    writeComparison(folder(), ablation());
    const rows = evaluationsTable(found()[0].curves).trimEnd().split('\r\n');
    expect(rows).to.have.lengthOf(1 + 2 * (1 + 2 * GRID.length));
    expect(rows[0]).to.equal('variant,seed,newton.lambda,EM,EW,EM5');
    expect(rows[1]).to.match(/^none,0,,0\.\d+/);
    expect(rows[3]).to.match(/^fisher,0,0\.001,0\.\d+/);
  });

  it('stand first of the figures in a report, and are written alone as SVG', async () => {
    writeComparison(folder(), ablation());
    const page = readFileSync((await writeReport(folder())).file, 'utf8');
    expect(page.indexOf('Results by newton.lambda')).to.be.within(0, page.indexOf('Learning curves'));
    const file = path.join(folder(), 'figure.svg');
    const drawn = (options: FigureOptions): string => {
      writeFigure([folder()], file, options);
      return readFileSync(file, 'utf8');
    };
    expect(drawn({ over: 'lambda', metric: 'EW' })).to.contain('>EW, test (%)<').and.to.contain('>newton.lambda<');
    expect(drawn({ over: 'time' })).to.contain('>Training time (s)<');
    expect(codeOf(() => drawn({ over: 'temperature' }))).to.equal('PARAMS');
    expect(codeOf(() => drawn({ metric: 'accuracy' }))).to.equal('PARAMS');
  });
});
