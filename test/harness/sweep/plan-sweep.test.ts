import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import type { Registry } from '../../../core/registry.js';
import { planRuns, type PlannedRun } from '../../../harness/compare/plan.js';
import { planSweep, type SweepChanges } from '../../../harness/sweep/plan-sweep.js';
import { readSweep, sweeps } from '../../../harness/sweep/sweep-file.js';
import { openRegistry } from '../../../node/open-registry.js';
import { failureOf, temporaryFolder } from '../helpers.js';

const origin = { registry: [] };
const EXPERIMENT = {
  task: { name: 'mnist-sort', n: 3 },
  model: { name: 'digit-mlp' },
  loss: { name: 'softsort' },
  steps: 5,
};

describe('a sweep', () => {
  const folder = temporaryFolder();
  let registry: Registry;
  before(async () => (registry = await openRegistry()));

  const written = (content: unknown, name = 'mine.json'): string => {
    const file = path.join(folder(), name);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const plan = (comparisons: readonly object[], changes: Partial<SweepChanges> = {}): Promise<PlannedRun[]> =>
    planSweep(readSweep(written({ title: 'mine', seeds: 1, comparisons })), { origin, ...changes }, registry);
  const folders = (runs: readonly PlannedRun[]): string[] => runs.map((run) => run.folder);

  it('has the runs that `compare` has of its comparisons', async () => {
    const sources = ['mnist-sort/quick-softsort', 'mnist-sort/quick-neuralsort'];
    const grid = [{ path: 'newton.lambda', values: [0.1, 1] }];
    const changes = { steps: 7 };
    const variants = ['none', 'fisher'];
    const compared = await planRuns({ sources, variants, grid, changes, seeds: [0, 1], origin }, registry);
    const one = { experiments: sources, variants, grid: { 'newton.lambda': [0.1, 1] }, set: { steps: 7 } };
    expect(await plan([one], { seeds: 2 })).to.deep.equal(compared);
  });

  it('puts names of comparisons before their groups, and what is there twice once', async () => {
    const mine = { experiments: ['knapsack/mse'], variants: ['none'] };
    const runs = await plan([mine, { ...mine, name: 'few', set: { 'task.train': 50 } }, mine]);
    expect(folders(runs)).to.deep.equal(['knapsack/mse/none/seed-0', 'few/knapsack/mse/none/seed-0']);
    expect(runs.map(({ experiment }) => experiment.name)).to.deep.equal(['knapsack/mse/none', 'knapsack/mse/none']);
    expect(runs.map((run) => run.origin.modified)).to.deep.equal([false, true]);
    const { code, message } = await failureOf(() => plan([mine, { ...mine, set: { 'task.train': 50 } }]));
    expect([code, message]).to.deep.equal([
      'PARAMS',
      `${
        path.join(folder(), 'mine.json')
      }: two different experiments are called knapsack/mse/none: give one of them another name`,
    ]);
  });

  it('finds experiment files beside its own, and takes losses on a task', async () => {
    written({ ...EXPERIMENT, variants: { plain: { newton: { curvature: 'none' } } } }, 'own.json');
    const losses = { task: 'knapsack', model: 'linear', losses: ['mse', 'spo-plus'], set: { steps: 5 } };
    expect(folders(await plan([{ experiments: ['own.json/plain'] }, losses]))).to.deep.equal([
      'own/plain/seed-0',
      'knapsack/mse/seed-0',
      'knapsack/spo-plus/seed-0',
    ]);
  });

  it('can be changed as a whole, a setting of a grid too', async () => {
    const one = { experiments: ['knapsack/mse'], variants: ['hessian'], grid: { 'newton.lambda': [1, 2] } };
    const runs = await plan([one], { seeds: [3], changes: { 'newton.lambda': 5, steps: 9 } });
    expect(runs.map(({ seed, experiment: { steps, newton } }) => [seed, steps, newton.lambda])).to.deep.equal([[
      3,
      9,
      5,
    ]]);
  });

  it('says where something is wrong', async () => {
    const refused = async (comparisons: readonly object[]): Promise<string> => {
      const { code, message } = await failureOf(() => plan(comparisons));
      return `${code} ${message.replace(folder(), '')}`;
    };
    const good = { experiments: ['knapsack/mse'] };
    expect(await refused([good, { experiments: ['knapsack/msee'] }])).to.match(
      /^PARAMS \/mine.json: comparison 2: no preset .*did you mean knapsack\/mse/,
    );
    expect(await refused([{ name: 'odd', ...good, variants: ['other'] }])).to.match(
      /comparison odd: .* no variant "other"/,
    );
    expect(await refused([{ name: 'odd', ...good, set: { stepps: 1 } }])).to.match(
      /comparison odd: .*did you mean steps/,
    );
    expect(await refused([{ name: 'a/b', ...good }])).to.match(/sweep\/comparisons\/0\/name must match/);
    expect(await refused([{ ...good, variant: ['none'] }])).to.match(/no property "variant" \(did you mean variants/);
    expect(await refused([])).to.match(/sweep\/comparisons must NOT have fewer than 1 items/);
    const many = Array.from({ length: 2000 }, (_, k) => k);
    expect(await refused([{ ...good, variants: ['none'], grid: { steps: many, batchSize: many } }])).to.match(
      /10000 runs/,
    );
  });

  it('is refused where its file cannot be read, or no sweep has its name', async () => {
    const refused = async (source: string): Promise<string> => {
      const { code, message } = await failureOf(async () => readSweep(source));
      return `${code} ${message.replace(folder(), '')}`;
    };
    expect(await refused(written('{"title": "x",\n "seeds": }'))).to.match(/^DATA .*mine.json.*line 2/);
    expect(await refused(path.join(folder(), 'none.json'))).to.match(/^DATA cannot read the sweep .*ENOENT/);
    expect(await refused('table1-quik')).to.match(/^PARAMS .*did you mean table1-quick\?.*table9/);
    expect(await refused(written([1]))).to.match(/^PARAMS .*sweep must be object/);
  });

  it('of each name that the package has can be run', async () => {
    const sizes: Record<string, number> = {};
    for (const sweep of sweeps()) sizes[sweep.name] = (await planSweep(sweep, { origin }, registry)).length;
    expect(sizes).to.deep.equal({
      'ablation-paper': 1080,
      'ablation-quick': 324,
      'claim-quick': 840,
      'paths-quick': 39,
      'recipe-quick': 156,
      'table1-middle': 96,
      'table1-paper': 360,
      'table1-quick': 48,
      'table1-quick-n10': 48,
      'table1-quick-n15': 24,
      'table2-middle': 39,
      'table2-paper': 120,
      'table2-quick': 36,
      'table3-middle': 81,
      'table3-paper': 270,
      'table3-quick': 81,
      table9: 20,
    });
  }).timeout(60_000);
});
