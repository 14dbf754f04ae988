import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
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
    const lines = ['null', '5', '[]', '{}', '{"kind":"train"}', '{"kind":5,"step":1}', '{"kind":"eval","step":-1}', '{"kind":"train","step":1}'];
    const wrong = [{ ...train, loss: 'x' }, { ...train, newton: 5 }, { ...train, newton: { conditionNumber: [] } }].map((line) => JSON.stringify(line));
    for (const line of [...lines, ...wrong]) {
      appendFileSync(path.join(folder(), 'metrics.jsonl'), `${line}\n`);
      expect(codeOf(() => readSource(folder())), line).to.equal('DATA');
      writeRun(folder(), { variant: 'fisher', seed: 3, level: 0.2, steps: 500 });
    }
  });

  it('are DATA where a comparison is none', () => {
    writeComparison(folder(), [{ variant: 'none', seed: 0, level: 0.1 }]);
    const texts = [...odd, '{"command":"c","jobs":1,"groups":[]}', '{"command":"c","jobs":1,"groups":[{"name":"g","runs":[null]}]}'];
    for (const text of texts) {
      write('comparison.json', text);
      expect(codeOf(() => readSource(folder())), text).to.equal('DATA');
    }
  });

  it('are DATA where a folder is in the place of a file', () => {
    rmSync(path.join(folder(), 'experiment.json'));
    mkdirSync(path.join(folder(), 'experiment.json'));
    expect(codeOf(() => readSource(folder()))).to.equal('DATA');
  });
});
