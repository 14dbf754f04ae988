import { expect } from 'chai';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { saveCheckpoint } from '../../../harness/run/checkpoint.js';
import { columnsOf, tellingColumns } from '../../../harness/store/columns.js';
import { readRuns, type StoredRun } from '../../../harness/store/read-runs.js';
import { selectRuns, sortRuns } from '../../../harness/store/select-runs.js';
import { codeOf, temporaryFolder } from '../helpers.js';
import { writeComparison, writeRun } from '../report-folders.js';

const run = { variant: 'hessian', seed: 3, level: 0.2, steps: 1000 };

/** Names, sizes and times of all files below a folder. */
function contentsOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort().map((name) => {
    const { size, mtimeMs, ctimeMs } = statSync(path.join(folder, name));
    return [name, size, mtimeMs, ctimeMs].join(' ');
  });
}

describe('reading runs', () => {
  const folder = temporaryFolder();
  const at = (...names: string[]): string => path.join(folder(), ...names);
  const foldersOf = (runs: readonly StoredRun[]): string[] =>
    runs.map((found) => path.relative(folder(), found.folder));

  it('finds those of comparisons and single ones, by name, numbers by size', () => {
    const seeds = [10, 2, 1].map((seed) => ({ ...run, seed }));
    writeComparison(at('compare', 'x'), [...seeds, { ...run, variant: 'none', seed: 0, failure: 'NONFINITE: |g|' }]);
    writeRun(at('single'), run);
    writeRun(at('.hidden'), run);
    symlinkSync(at('single'), at('link'));
    writeFileSync(at('notes.txt'), 'mine');
    const runs = readRuns(folder());
    expect(foldersOf(runs)).to.deep.equal([
      ...[1, 2, 10].map((seed) => `compare/x/hessian/seed-${seed}`),
      'compare/x/none/seed-0',
      'single',
    ]);
    expect(foldersOf(readRuns([at('compare', 'x', 'none'), folder(), at('single')]))).to.have.lengthOf(5);
    expect(runs[3].values).to.include({
      group: 'mnist-sort/quick-softsort',
      variant: 'none',
      failure: 'NONFINITE: |g|',
    });
    expect(runs.every(({ damage }) => damage.length === 0)).to.equal(true);
    expect(readRuns(at('single'))[0].values).to.include({ group: 'mnist-sort/quick-softsort', variant: 'hessian' });
  });

  it('has runs that failed before they had a folder, and none that have not begun', () => {
    const unwritten = { ...run, unwritten: true };
    writeComparison(folder(), [run, { ...unwritten, seed: 4 }, { ...unwritten, seed: 5, failure: 'DATA: none' }]);
    expect(readRuns(folder()).map(({ values }) => [values['seed'], values['finished'], values['failure']])).to.deep
      .equal([
        [3, true, undefined],
        [5, false, 'DATA: none'],
      ]);
  });

  it('has the experiment, metrics, Newton step, times and machine', () => {
    writeRun(folder(), { ...run, steps: 2000, explodesAt: 900 });
    writeFileSync(
      at('times.jsonl'),
      '{"step":1,"at":5}\n{"step":2000,"at":9,"wallSeconds":4.5,"processSeconds":5.5}\n',
    );
    const [{ values }] = readRuns(folder());
    expect(values).to.include({
      ...{
        folder: folder(),
        name: 'mnist-sort/quick-softsort/hessian',
        seed: 3,
        step: 2000,
        steps: 2000,
        finished: true,
      },
      ...{ 'task.name': 'mnist-sort', 'task.n': 10, 'model.pooled': 7, 'loss.name': 'softsort' },
      ...{ 'loss.params.temperature': 0.1, 'newton.curvature': 'hessian', 'newton.lambda': 1, batchSize: 100 },
      ...{ gradientNorm: 4.6e4, explosions: 1, skipped: 0, wallSeconds: 4.5, processSeconds: 5.5 },
      ...{ 'diagnostics.directionToGradient': 0.5, 'diagnostics.smallestLambda': 1 },
      ...{ version: '0.1.0', node: 'v20.20.2', backend: 'wasm', threads: 1, simd: true, data: 'MNIST in some folder' },
    });
    expect(values['best.EM']).to.be.above(values['metrics.EM'] as number);
    expect(values['msPerStep']).to.be.closeTo(3.2, 0.3);
    expect('damage' in values).to.equal(false);
  });

  it('has lists as text, and not what objects inherit', () => {
    writeRun(folder(), run);
    const experiment = JSON.parse(readFileSync(at('experiment.json'), 'utf8')) as object;
    const text = JSON.stringify({
      ...experiment,
      model: { name: 'mlp', units: [8, 4], toString: 1 },
      backend: 'native',
    });
    writeFileSync(at('experiment.json'), text.replace('"toString"', '"__proto__"'));
    const [{ values }] = readRuns(folder());
    expect(values).to.include({ 'model.units': '[8,4]', 'model.__proto__': 1, tunedOn: 'native', backend: 'wasm' });
    expect(values['constructor']).to.equal(undefined);
  });

  it('says what is damaged, reads the rest, and writes nothing', () => {
    const damages: Record<string, [damage: (file: (name: string) => string) => void, said: RegExp]> = {
      experiment: [(file) => writeFileSync(file('experiment.json'), '{"na'), /experiment\.json: expected a JSON file/],
      gone: [(file) => rmSync(file('experiment.json')), /experiment\.json is missing$/],
      line: [
        (file) => appendFileSync(file('metrics.jsonl'), 'x\n{}\n'),
        /metrics\.jsonl:23: .*; .*metrics\.jsonl:24: /,
      ],
      torn: [
        (file) => appendFileSync(file('metrics.jsonl'), '{"kind":"tr'),
        /metrics\.jsonl ends in the middle of a line$/,
      ],
      times: [(file) => writeFileSync(file('times.jsonl'), '{"st'), /times\.jsonl ends in the middle of a line$/],
      metrics: [
        (file) => rmSync(file('metrics.jsonl')),
        /metrics\.jsonl is missing$/,
      ],
      versions: [(file) => rmSync(file('versions.json')), /versions\.json is missing$/],
      data: [(file) => writeFileSync(file('data.json'), '[]'), /data\.json: the file must be object, got \[\]$/],
      folder: [
        (file) => (rmSync(file('origin.json'), { force: true }), mkdirSync(file('origin.json'))),
        /origin\.json: .*EISDIR/,
      ],
      cut: [
        (file) => truncateSync(file('checkpoint-00001000.bin'), 100),
        /checkpoint-00001000\.bin: truncated: expected \d+ bytes, got 100$/,
      ],
      short: [
        (file) => truncateSync(file('checkpoint-00001000.bin'), 3),
        /truncated: a checkpoint has at least 52 bytes, got 3$/,
      ],
      noise: [(file) => writeFileSync(file('metrics.jsonl'), 'x\n'.repeat(100)), /and 95 more$/],
    };
    const checkpoint = {
      step: 1000,
      experiment: {},
      metrics: { bytes: 0, sha256: '' },
      state: {},
      arrays: { w: new Float32Array(9) },
    };
    for (const [name, [damage]] of Object.entries(damages)) {
      writeRun(at(name), run);
      saveCheckpoint(at(name), checkpoint);
      damage((file) => at(name, file));
    }
    const before = contentsOf(folder());
    const runs = readRuns(folder());
    expect(contentsOf(folder())).to.deep.equal(before);
    expect(foldersOf(runs)).to.deep.equal(Object.keys(damages).sort());
    for (const { values, damage } of runs) {
      const name = path.basename(values['folder'] as string);
      expect(values['damage'], name).to.match(damages[name][1]).and.equal(damage.join('; '));
      if (!['experiment', 'gone'].includes(name)) expect(values, name).to.include({ 'loss.name': 'softsort', seed: 3 });
      if (['line', 'torn', 'versions', 'cut'].includes(name)) expect(values, name).to.include({ finished: true });
    }
  });

  it('reads checkpoints to their ends where it is asked to', () => {
    writeRun(folder(), run);
    saveCheckpoint(folder(), { step: 1000, experiment: {}, metrics: { bytes: 0, sha256: '' }, state: {}, arrays: {} });
    const file = at('checkpoint-00001000.bin');
    const bytes = readFileSync(file);
    bytes[30] ^= 1;
    writeFileSync(file, bytes);
    expect(readRuns(folder())[0].damage).to.deep.equal([]);
    expect(readRuns(folder(), { whole: true })[0].damage[0]).to.match(/damaged: its SHA-256/);
  });

  it('says of a comparison that it cannot be read, and reads its runs', () => {
    writeComparison(folder(), [run]);
    writeFileSync(at('comparison.json'), '{');
    const runs = readRuns(folder());
    expect(runs[0]).to.deep.include({ folder: folder() }).and.have.property('damage').with.lengthOf(1);
    expect(runs[1].values).to.include({ variant: 'hessian', seed: 3 });
  });

  it('finds nothing in an empty folder, and throws where there is none', () => {
    expect(readRuns(folder())).to.deep.equal([]);
    expect(() => readRuns(at('none'))).to.throw(/ENOENT/);
  });

  it('selects and sorts by columns', () => {
    const variants = ['none', 'hessian', 'fisher'];
    writeComparison(folder(), [2, 10].flatMap((seed) => variants.map((variant) => ({ ...run, variant, seed }))));
    const runs = readRuns(folder());
    const seedsOf = (found: readonly StoredRun[]): string =>
      found.map(({ values }) => `${String(values['variant'])} ${String(values['seed'])}`).join(', ');
    expect(seedsOf(selectRuns(runs, 'loss=softsort and n=10 and (lambda=100 or curvature=none) and seed>2')))
      .to.equal('fisher 10, none 10');
    expect(seedsOf(sortRuns(runs, ['-seed', 'variant'], columnsOf(runs))))
      .to.equal('fisher 10, hessian 10, none 10, fisher 2, hessian 2, none 2');
    const byEigenvalue = sortRuns(runs, ['-largestEigenvalue'], columnsOf(runs));
    expect(seedsOf(byEigenvalue.slice(4)), 'without a value').to.equal('none 2, none 10');
    expect(codeOf(() => selectRuns(runs, 'wallSecond>1'))).to.equal('PARAMS');
    expect(selectRuns(runs, 'wallSeconds>1')).to.deep.equal([]);
    expect(selectRuns([], 'anything=1')).to.deep.equal([]);
    expect(codeOf(() => selectRuns([], 'anything'))).to.equal('PARAMS');
  });

  it('has the same order of columns whatever comes first, and tells runs apart by what varies', () => {
    writeComparison(folder(), ['none', 'hessian'].map((variant) => ({ ...run, variant })));
    const runs = readRuns(folder());
    const columns = columnsOf(runs);
    expect(columnsOf([...runs].reverse())).to.deep.equal(columns);
    expect(columns.slice(0, 3)).to.deep.equal(['folder', 'group', 'variant']);
    expect(columns.indexOf('task.n')).to.equal(columns.indexOf('task.digits') + 1);
    expect(tellingColumns(runs, columns)).to.deep.equal([
      ...['folder', 'seed', 'loss.name', 'newton.curvature', 'metrics.EM', 'metrics.EM5', 'metrics.EW'],
      ...['explosions', 'msPerStep'],
    ]);
  });
});
