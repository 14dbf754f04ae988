import { appendFileSync, mkdirSync, readFileSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { writeReport } from '../../../harness/report/index.js';
import { readSource } from '../../../harness/report/source.js';
import { codeOf, temporaryFolder } from '../helpers.js';
import { writeComparison, writeRun } from '../report-folders.js';

const odd = ['null', '[]', '5', '"x"', 'true', '{}', '{', '', '[{}]', '{"name":5}'];

describe('run folders whose files were changed by others', () => {
  const folder = temporaryFolder();
  const write = (name: string, text: string): void => writeFileSync(path.join(folder(), name), text);

  beforeEach(() => writeRun(folder(), { variant: 'fisher', seed: 3, level: 0.2, steps: 500 }));

  it('are DATA where a JSON file holds something else', () => {
    for (const name of ['experiment.json', 'data.json']) {
      for (const text of odd) {
        write(name, text);
        expect(codeOf(() => readSource(folder())), `${name} ${text}`).to.equal('DATA');
      }
      writeRun(folder(), { variant: 'fisher', seed: 3, level: 0.2, steps: 500 });
    }
    for (const text of ['null', '[]', '{"backend":5}', '{"backend":{}}', '{"loss":null}', '{"node":{}}']) {
      write('versions.json', text);
      expect(codeOf(() => readSource(folder())), `versions.json ${text}`).to.equal('DATA');
    }
  });

  it('are DATA where a line of the metrics is no line', () => {
    const train = { kind: 'train', step: 1, loss: 1, gradientNorm: 1, explosions: 0, msPerStep: 1 };
    const lines = [
      'null',
      '5',
      '[]',
      '{}',
      '{"kind":"train"}',
      '{"kind":5,"step":1}',
      '{"kind":"eval","step":-1}',
      '{"kind":"train","step":1}',
    ];
    const wrong = [{ ...train, loss: 'x' }, { ...train, newton: 5 }, { ...train, newton: { conditionNumber: [] } }].map(
      (line) => JSON.stringify(line),
    );
    for (const line of [...lines, ...wrong]) {
      appendFileSync(path.join(folder(), 'metrics.jsonl'), `${line}\n`);
      expect(codeOf(() => readSource(folder())), line).to.equal('DATA');
      writeRun(folder(), { variant: 'fisher', seed: 3, level: 0.2, steps: 500 });
    }
  });

  it('are DATA where a comparison is none', () => {
    writeComparison(folder(), [{ variant: 'none', seed: 0, level: 0.1 }]);
    const texts = [
      ...odd,
      '{"command":"c","jobs":1,"groups":[]}',
      '{"command":"c","jobs":1,"groups":[{"name":"g","runs":[null]}]}',
    ];
    for (const text of texts) {
      write('comparison.json', text);
      expect(codeOf(() => readSource(folder())), text).to.equal('DATA');
    }
  });

  it('are DATA where a folder or a link to itself is in the place of a file', () => {
    for (const name of ['versions.json', 'data.json', 'experiment.json']) {
      const file = path.join(folder(), name);
      rmSync(file);
      if (name !== 'experiment.json') {
        symlinkSync(name, file);
        expect(codeOf(() => readSource(folder())), `link ${name}`).to.equal('DATA');
        rmSync(file);
      }
      mkdirSync(file);
      expect(codeOf(() => readSource(folder())), `folder ${name}`).to.equal('DATA');
      rmdirSync(file);
      writeRun(folder(), { variant: 'fisher', seed: 3, level: 0.2, steps: 500 });
    }
  });

  it('are shown whatever variants and metrics are called', async () => {
    const metrics = readFileSync(path.join(folder(), 'metrics.jsonl'), 'utf8');
    const experiment = JSON.parse(readFileSync(path.join(folder(), 'experiment.json'), 'utf8')) as object;
    for (const name of ['constructor', '__proto__', '', '\u2028', `"'\\`, '</svg><script>']) {
      write('experiment.json', JSON.stringify({ ...experiment, name }));
      write('metrics.jsonl', metrics.replaceAll('"EM"', JSON.stringify(name)));
      const { file, groups } = await writeReport(folder());
      expect(groups[0].metric, name).to.equal(name);
      expect(readFileSync(file, 'utf8'), name).to.contain('Gradient norms').and.not.to.contain('<script>');
    }
  });

  it('are shown where runs do not have the same metrics, by what they have in common', async () => {
    const runs = ['none', 'fisher'].flatMap((variant) =>
      [0, 1].map((seed) => ({ variant, seed, level: 0.2, steps: 500 }))
    );
    const metrics: [run: string, object][] = [
      ['none/seed-0', { EM: 0.5, EW: 0.6, constructor: 0.1 }],
      ['none/seed-1', { EM: 0.25, constructor: 0.3 }],
      ['fisher/seed-0', { EW: 0.75 }],
      ['fisher/seed-1', { EM: 1 }],
    ];
    writeComparison(folder(), runs);
    for (const [run, values] of metrics) {
      const line = { kind: 'eval', step: 500, split: 'test', ...values, final: true };
      writeFileSync(path.join(folder(), run, 'metrics.jsonl'), `${JSON.stringify(line)}\n`);
    }
    const [none, fisher] = (await writeReport(folder())).groups[0].variants;
    expect(Object.entries(none.final).map(([name, { mean }]) => [name, mean])).to.deep.equal([['EM', 0.375], [
      'constructor',
      0.2,
    ]]);
    expect(fisher.final).to.deep.equal({});
    expect(fisher.best).to.equal(undefined);
    expect(fisher.differences['none']).to.include({ mean: 0.75, pairs: 1 });
  });
});
