import { expect } from 'chai';
import { openRegistry } from '../../../node/open-registry.js';
import { runContainer } from '../../../harness/run/container.js';
import { validExperiment } from '../../../harness/experiments/experiment.js';
import { silent } from '../../../harness/terminal/display.js';
import { RunFolder } from '../../../harness/run/run-folder.js';
import { useBackend } from '../../../node/tfjs/index.js';
import { Trainer } from '../../../harness/run/train.js';
import { metricsOf } from '../command-line.js';
import { temporaryFolder } from '../helpers.js';

/** A loss whose gradient is 0 for every map on which the path is right, as it soon is on 3 x 3 cells. */
const experiment = (newton: object): object => ({
  name: 'test',
  task: { name: 'warcraft', size: 3, train: 4, test: 2 },
  model: { name: 'tile-encoder', units: [2] },
  loss: {
    name: 'blackbox',
    params: { lambda: 0.3, algorithm: { name: 'grid-shortest-path', params: { rows: 3, columns: 3 } } },
  },
  newton,
  steps: 8,
  batchSize: 1,
  logEvery: 1,
  evalEvery: 8,
});

interface Line {
  readonly kind: string;
  readonly step: number;
  readonly gradientNorm: number;
  readonly newton: Record<string, number | null>;
}

describe('a training that logs Newton steps', function() {
  this.timeout(30_000);
  const folder = temporaryFolder();
  before(() => useBackend('cpu'));

  for (
    const newton of [
      { curvature: 'fisher', lambda: 0.1, solver: 'conjugate-gradient', onSingular: 'skip' },
      { curvature: 'fisher', lambda: { relative: 1 }, scope: 'sample' },
    ]
  ) {
    it(`goes on where gradients are 0: ${JSON.stringify(newton)}`, async () => {
      const given = validExperiment(experiment(newton), 'test');
      const run = RunFolder.create(`${folder()}/run`, given);
      try {
        const container = runContainer({ experiment: given, registry: await openRegistry(), folder: run, log: silent });
        await container.resolve(Trainer).train(undefined, new AbortController().signal);
      } finally {
        run.close();
      }
      const lines = metricsOf(`${folder()}/run`)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Line)
        .filter(({ kind }) => kind === 'train');
      expect(lines.map(({ step }) => step)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(lines.some(({ gradientNorm }) => gradientNorm === 0), 'a step without gradient').to.equal(true);
      for (const { newton: logged, gradientNorm } of lines) {
        const { conditionNumber, directionToGradient } = logged;
        if (gradientNorm === 0) expect([conditionNumber, directionToGradient]).to.deep.equal([null, 0]);
        else expect(conditionNumber).to.be.above(0.99);
      }
    });
  }
});
