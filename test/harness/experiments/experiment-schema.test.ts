import { Ajv } from 'ajv';
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openRegistry } from '../../../node/open-registry.js';
import { packageRoot } from '../../../node/package-root.js';
import { loadExperiment } from '../../../harness/experiments/experiment.js';
import { presets } from '../../../harness/experiments/presets.js';
import { resolveExperiment } from '../../../harness/experiments/resolve.js';
import { temporaryFolder } from '../helpers.js';

const root = packageRoot();

describe('experiment.schema.json', () => {
  const folder = temporaryFolder();
  const valid = new Ajv({ allowUnionTypes: true }).compile(
    JSON.parse(readFileSync(path.join(root, 'experiment.schema.json'), 'utf8')) as object,
  );

  it('is what the harness checks by, and so are the tables of docs/experiments.md', () => {
    execFileSync(process.execPath, [path.join(root, 'tools', 'experiment-schema.mjs'), '--check'], { stdio: 'pipe' });
  });

  it('takes the whole file of every preset, and one with a $schema and no name', () => {
    for (const { name, variants } of presets()) {
      for (const variant of variants) expect(valid(loadExperiment(`${name}/${variant}`)), name).to.equal(true);
    }
    const nameless: object = loadExperiment('mnist-sort/quick-softsort/none');
    Reflect.deleteProperty(nameless, 'name');
    expect(valid({ $schema: 'x', ...nameless })).to.equal(true);
  });

  it('takes the examples of the page, and so does the harness', async () => {
    const page = readFileSync(path.join(root, 'docs', 'experiments.md'), 'utf8');
    const examples = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
    expect(examples).to.have.lengthOf(1);
    const registry = await openRegistry();
    for (const text of examples) {
      expect(valid(JSON.parse(text))).to.equal(true);
      const file = path.join(folder(), 'example.json');
      writeFileSync(file, text);
      await resolveExperiment(loadExperiment(file), registry, file);
    }
  });

  it('refuses what the harness refuses', () => {
    const good = loadExperiment('mnist-sort/quick-softsort/none');
    const wrong: object[] = [
      { surplus: 1 },
      { steps: 0 },
      { optimizer: { momentum: 0.9 } },
      { optimizer: { name: 'sgd', beta1: 0.9 } },
      { optimizer: { name: 'sgd', nesterov: true } },
      { optimizer: { name: 'lion' } },
      { newton: { lamda: 1 } },
    ];
    for (const changes of wrong) expect(valid({ ...good, ...changes }), JSON.stringify(changes)).to.equal(false);
  });
});
