import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Ended, metricsOf, start } from '../harness/command-line.js';
import { linkPackage, temporaryFolder } from '../harness/helpers.js';

/** A perturbed loss that the package has not, and what it is made of, all of which everyone can import. */
const moduleText = `
import { algorithmSchema, copyOf, defineLoss, once, parameters, zeros } from 'newton-losses';
import {
  additive, costSign, designOf, distributions, drawNoise, perturbationSchema, ranking, sampleWithinNoise, solutionSchema,
  solutionTargets, sumOfDraws, sumOfProducts,
} from 'newton-losses/algorithm-losses';

const { samples, sigma } = perturbationSchema.properties;

/**
 * value = mean_s <q_s, w_s - t>, q_s = y + sigma Z_s with mirrored logistic noise, gradient = mean_s w_s - t, and the
 * Hessian estimated from w_s and the scores of the noise.
 */
export default defineLoss({
  name: 'logistic-fenchel-young',
  title: 'Fenchel-Young loss under logistic noise',
  source: 'a stranger',
  params: parameters({ algorithm: algorithmSchema(ranking), samples, sigma }),
  target: solutionSchema,
  capabilities: { gradient: 'subgradient', hessian: 'estimate', convex: true, deterministic: false },

  create({ algorithm, samples, sigma }) {
    const up = -costSign(algorithm);
    const perturbation = additive(up * sigma);
    return {
      ...solutionTargets(algorithm),
      evaluate(y, targets, rng) {
        const noise = drawNoise(rng, y.rows, y.cols, distributions.logistic, designOf('antithetic', samples));
        const q = zeros(y.rows * samples, y.cols);
        const { pullBack, derivative } = perturbation(y, noise, q.data);
        const { w } = algorithm.solveBatch(q);
        const r = { ...w, data: w.data.map((wk, k) => {
          const t = targets[Math.floor(k / (samples * w.cols))][k % w.cols];
          return (up * (wk - t)) / samples;
        }) };
        const value = sumOfProducts(q, r, y.rows);
        const gradient = sumOfDraws(pullBack(r), y.rows);
        const solutions = () => ({ ...w, data: w.data.map((wk) => up * wk) });
        return { value, gradient: () => copyOf(gradient), hessian: once(() => derivative(solutions())) };
      },
    };
  },

  sample: ({ algorithm, sigma }, rng, rows, m) => sampleWithinNoise(algorithm, rng, rows, sigma, m),
});
`;

const experiment = {
  task: { name: 'mnist-sort', n: 5, digits: 1, pool: 4, layout: 'digits', evaluationSets: 5 },
  model: { name: 'digit-mlp', encoder: [4], head: [4] },
  loss: { name: 'logistic-fenchel-young', params: { sigma: 0.3 } },
  optimizer: { learningRate: 0.003 },
  newton: { curvature: 'auto', lambda: 0.1 },
  steps: 4,
  batchSize: 8,
  evalEvery: 4,
  logEvery: 1,
  checkpointEvery: 4,
};

describe("a stranger's perturbed loss, in a folder that has nothing but the package", function() {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const run = (...words: string[]): Promise<Ended> => start(words, { cwd: folder() }).ended;

  beforeEach(() => {
    linkPackage(folder());
    writeFileSync(path.join(folder(), 'package.json'), '{ "type": "module" }');
    writeFileSync(path.join(folder(), 'it.js'), moduleText);
    writeFileSync(path.join(folder(), 'registry.json'), '{ "losses": { "logistic-fenchel-young": "./it.js" } }');
    writeFileSync(path.join(folder(), 'experiment.json'), JSON.stringify(experiment));
  });

  it('keeps the laws of losses', async () => {
    const { code, stdout, stderr } = await run('conformance', './it.js');
    expect([code, stderr], stdout).to.deep.equal([0, '']);
    expect(stdout).to.match(/\d\d kept, 0 broken, \d+ not applicable\n$/);
  });

  it('trains, to the same numbers each time', async () => {
    const train = (out: string): Promise<Ended> =>
      run('train', 'experiment.json', '--quiet', '--registry', 'registry.json', '--out', out);
    const ended = await Promise.all([train('once'), train('again')]);
    for (const { code, stderr } of ended) expect([code, stderr]).to.deep.equal([0, '']);
    const [once, again] = ['once', 'again'].map((out) => metricsOf(path.join(folder(), out)));
    expect(again).to.equal(once);
    const losses = once.split('\n').filter((line) => line.includes('"loss":')).map((line) =>
      (JSON.parse(line) as { loss: number }).loss
    );
    expect(losses).to.have.length(4);
    for (const loss of losses) expect(loss).to.be.above(0).and.below(1e3);
  });
});
