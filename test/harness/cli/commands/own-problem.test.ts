import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Ended, start } from '../../command-line.js';
import { linkPackage, temporaryFolder } from '../../helpers.js';

/** Shares of at most `most` each, and 1 together, nearest to y. */
const moduleText = `
import {
  defineSolutionLoss, dot, geq, leq, multiply, parameter, problem, subtract, sum, sumSquares, variable,
} from 'newton-losses/convex';

export default defineSolutionLoss({
  name: 'shares',
  parameters: {
    n: { type: 'integer', minimum: 1, maximum: 20, default: 3 },
    most: { type: 'number', minimum: 0.1, maximum: 10, default: 0.6 },
  },
  map({ n, most }) {
    const [x, y] = [variable([n]), parameter([n])];
    const nearest = subtract(multiply(0.5, sumSquares(x)), dot(y, x));
    const limits = [geq(x, 0), leq(x, most), leq(sum(x), 1)];
    return { problem: problem({ minimize: nearest, subjectTo: limits }), parameter: y, solution: x };
  },
});
`;

describe("a convex problem of one's own on the command line", function() {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const run = (...words: string[]): Promise<Ended> => start(words, { cwd: folder() }).ended;

  beforeEach(() => {
    linkPackage(folder());
    writeFileSync(path.join(folder(), 'shares.mjs'), moduleText);
    writeFileSync(path.join(folder(), 'registry.json'), JSON.stringify({ losses: { shares: './shares.mjs' } }));
  });

  it('keeps the laws, and is listed and described', async () => {
    const [laws, list, info] = await Promise.all([
      run('conformance', './shares.mjs', '--set', 'n=2'),
      run('list', '--registry', 'registry.json'),
      run('info', 'shares', '--registry', 'registry.json'),
    ]);
    expect([laws.code, laws.stderr]).to.deep.equal([0, '']);
    expect(laws.stdout).to.match(/\d\d kept, 0 broken, \d+ not applicable\n$/);
    expect(list.stdout).to.match(/^ *shares /m);
    expect(info.stdout).to.match(/most +number >= 0\.1, <= 10 +default 0\.6/).and.match(/criterion +squared \| linear/);
  });

  it('trains from an experiment file, with its own Hessian', async () => {
    const experiment = {
      task: { name: 'mnist-sort', n: 5, digits: 1, pool: 4, layout: 'digits', evaluationSets: 5 },
      model: { name: 'digit-mlp', encoder: [4], head: [4] },
      loss: { name: 'shares', params: { n: 5, most: 0.5 } },
      optimizer: { learningRate: 0.003 },
      newton: { curvature: 'auto', lambda: 0.1 },
      steps: 3,
      batchSize: 4,
      evalEvery: 3,
      logEvery: 1,
      checkpointEvery: 3,
    };
    writeFileSync(path.join(folder(), 'shares.json'), JSON.stringify(experiment));
    const { code, stderr } = await run(
      'train',
      'shares.json',
      '--quiet',
      '--registry',
      'registry.json',
      '--out',
      'out',
    );
    expect([code, stderr]).to.deep.equal([0, '']);
    const lines = readFileSync(path.join(folder(), 'out/metrics.jsonl'), 'utf8').trim().split('\n');
    const losses = lines.flatMap((line) => {
      const { step, loss } = JSON.parse(line) as { step: number; loss?: number };
      return loss === undefined ? [] : [{ step, loss }];
    });
    expect(losses.map(({ step }) => step)).to.deep.equal([1, 2, 3]);
    for (const { loss } of losses) expect(loss).to.be.above(0).and.below(1e3);
  });

  it('is refused by name where its definition is wrong', async () => {
    writeFileSync(path.join(folder(), 'shares.mjs'), moduleText.replace('solution: x', 'solution: variable([n])'));
    const { code, stderr } = await run('info', 'shares', '--registry', 'registry.json');
    expect(code).to.equal(1);
    expect(stderr).to.match(/^error PARAMS: .*variable\(\[3\]\) is in neither/);
  });
});
