import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openRegistry } from '../../node/open-registry.js';
import { runContainer } from '../../harness/run/container.js';
import { loadExperiment } from '../../harness/experiments/experiment.js';
import { presets } from '../../harness/experiments/presets.js';
import { silent } from '../../harness/terminal/display.js';
import { resolveExperiment } from '../../harness/experiments/resolve.js';
import { RunFolder } from '../../harness/run/run-folder.js';
import { useBackend } from '../../node/tfjs/index.js';
import { Trainer } from '../../harness/run/train.js';
import { metricsOf, run, setWords } from './command-line.js';
import { temporaryFolder } from './helpers.js';
import type { AdamOptions } from '../../tfjs/index.js';

const PRESET = 'random-regression/relu-programs';

describe('random-regression presets', function() {
  this.timeout(60_000);
  const folder = temporaryFolder();
  /** Layers of 6 units take a twentieth of the time of the preset's 20. */
  const less = { 'task.samples': 12, batchSize: 12, 'model.units': [6, 6] };
  const small = ['--backend', 'cpu', '--workers', '1', '--quiet', ...setWords(less)];

  it('have the variants of the paper and the Hessian, with its lambda and epsilon for half squares', async () => {
    const registry = await openRegistry();
    const { variants } = presets().find(({ name }) => name === PRESET)!;
    const newton = await Promise.all(variants.map(async (variant) => {
      const { experiment } = await resolveExperiment(loadExperiment(`${PRESET}/${variant}`), registry, variant);
      const { at, curvature, lambda } = experiment.newton;
      return [variant, at, curvature, lambda, (experiment.optimizer as AdamOptions).epsilon];
    }));
    expect(newton).to.deep.equal([
      ['none', 'layers', 'none', 0.1, 1e-8 / 2],
      ['fisher', 'layers', 'fisher', 0.1 / 4, 1e-8 / 2],
      ['hessian', 'layers', 'hessian', 0.1 / 2, 1e-8 / 2],
      ['auto', 'layers', 'hessian', 0.1 / 2, 1e-8 / 2],
    ]);
  });

  it('train from the command line', async () => {
    await Promise.all(['none', 'fisher', 'auto'].map(async (variant) => {
      const out = path.join(folder(), variant);
      const words = ['--steps', '3', '--set', 'evalEvery=1', '--out', out, ...small];
      const ended = await run('train', `${PRESET}/${variant}`, ...words);
      expect([ended.code, ended.stderr]).to.deep.equal([0, '']);
      expect(ended.stdout).to.match(/explained .* mse/);
      expect(metricsOf(out).match(/"kind":"eval"/g)).to.have.lengthOf(4);
      expect(metricsOf(out)).not.to.match(/NaN|null/);
    }));
    const versions = readFileSync(path.join(folder(), 'auto', 'versions.json'), 'utf8');
    expect(versions).to.match(/Hessian by the parameters of each layer/);
  });

  it('go on from a checkpoint as if they had not stopped', async () => {
    const registry = await openRegistry();
    await useBackend('cpu');
    const changes = { ...less, steps: 4, evalEvery: 1, logEvery: 1 };
    const { experiment } = await resolveExperiment(loadExperiment(`${PRESET}/auto`, changes), registry, PRESET);
    const train = async (run: RunFolder, until: number): Promise<void> => {
      const stop = new AbortController();
      const log = { ...silent, step: (step: number) => step === until && stop.abort() };
      try {
        await runContainer({ experiment, registry, folder: run, log }).resolve(Trainer).train(undefined, stop.signal);
      } finally {
        run.close();
      }
    };
    const [whole, parted] = ['whole', 'parted'].map((name) => path.join(folder(), name)) as [string, string];
    await train(RunFolder.create(whole, experiment), 5);
    await train(RunFolder.create(parted, experiment), 2);
    await train(RunFolder.resume(parted, experiment, expect.fail), 5);
    expect(metricsOf(parted)).to.equal(metricsOf(whole));
  });

  it('refuse networks that have no such layers', async () => {
    const words = ['--set', 'model={"name":"digit-mlp"}', '--out', path.join(folder(), 'run'), ...small];
    const { code, stderr } = await run('train', `${PRESET}/fisher`, ...words);
    expect(code).to.equal(1);
    expect(stderr).to.match(/PARAMS.*digit-mlp has no layers/s);
  });
});
