import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import type { Registry } from '../../../core/registry.js';
import { parseGrid, parseNames, parseSeeds } from '../../../harness/compare/lists.js';
import { type PlannedRun, type PlanRequest, planRuns } from '../../../harness/compare/plan.js';
import { loadExperiment } from '../../../harness/experiments/experiment.js';
import { resolveExperiment } from '../../../harness/experiments/resolve.js';
import { openRegistry } from '../../../node/open-registry.js';
import { codeOf, failureOf, temporaryFolder } from '../helpers.js';

const PRESET = 'mnist-sort/quick-softsort';
const LARGE = 'mnist-sort/quick-neuralsort-n5';

describe('plan of a comparison', () => {
  const folder = temporaryFolder();
  let registry: Registry;
  before(async () => (registry = await openRegistry()));

  const plan = (sources: readonly string[], more: Partial<PlanRequest> = {}): Promise<PlannedRun[]> =>
    planRuns({ sources, changes: {}, grid: [], seeds: [0], origin: { registry: [] }, ...more }, registry);
  const variants = (runs: readonly PlannedRun[]): string[] => runs.map(({ variant }) => variant);
  const refused = async (sources: readonly string[], more: Partial<PlanRequest> = {}): Promise<string> => {
    const { code, message } = await failureOf(() => plan(sources, more));
    expect(code, message).to.equal('PARAMS');
    return message;
  };
  const written = (name: string, content: object): string => {
    const file = path.join(folder(), name);
    const experiment = { task: { name: 'mnist-sort', n: 3 }, model: { name: 'digit-mlp' }, loss: { name: 'softsort' } };
    writeFileSync(file, JSON.stringify({ ...experiment, steps: 5, ...content }));
    return file;
  };

  it('has every variant on a seed before the next seed, baseline first', async () => {
    const runs = await plan([PRESET], { seeds: [0, 7] });
    const names = ['none', 'fisher', 'hessian', 'none-exact'];
    expect(runs.map(({ folder }) => folder)).to.deep.equal(
      ['seed-0', 'seed-7'].flatMap((seed) => names.map((name) => `${name}/${seed}`)),
    );
  });

  it('has the experiments that `train` has of the same presets and seeds', async () => {
    for (const { variant, seed, experiment, choice } of await plan([PRESET], { seeds: [3, 4] })) {
      const name = `${PRESET}/${variant}`;
      expect({ experiment, choice }).to.deep.equal(
        await resolveExperiment(loadExperiment(name, { seed }), registry, ''),
      );
    }
  });

  it('takes the variants that are asked for, each once, below their presets where there are several', async () => {
    expect(variants(await plan([PRESET], { variants: ['hessian', 'none'] }))).to.deep.equal(['hessian', 'none']);
    const runs = await plan([PRESET, LARGE, `${PRESET}/none`], { variants: undefined, seeds: [4] });
    expect(runs.map(({ folder }) => folder).filter((name) => name.includes('none/'))).to.deep.equal([
      `${PRESET}/none/seed-4`,
      `${LARGE}/none/seed-4`,
    ]);
  });

  it('takes the variants of a file, and files without any as the variants of their task', async () => {
    const varied = written('mine.json', { variants: { a: {}, b: { newton: { lambda: 2 } } } });
    const runs = await plan([varied]);
    expect(runs.map(({ experiment }) => experiment.name)).to.deep.equal(['mine/a', 'mine/b']);
    expect(runs[1].experiment.newton.lambda).to.equal(2);
    const single = await plan([written('one.json', {}), written('two.json', { steps: 6 })]);
    expect(single.map(({ group, variant }) => [group, variant])).to.deep.equal([
      ['mnist-sort', 'one'],
      ['mnist-sort', 'two'],
    ]);
  });

  it('crosses losses, curvatures and a grid, the plain loss once, with the settings of the variant', async () => {
    const grid = parseGrid(['newton.lambda=0.1,{"relative":1}']);
    const runs = await plan([PRESET], { losses: ['softsort', 'neuralsort'], curvatures: ['none', 'hessian'], grid });
    expect(variants(runs)).to.deep.equal(
      ['softsort', 'neuralsort'].flatMap((loss) => [
        `${loss} none`,
        `${loss} hessian lambda=0.1`,
        `${loss} hessian lambda=relative-1`,
      ]),
    );
    const [plain, newton] = runs.map(({ experiment }) => experiment);
    expect(plain.loss.params).to.deep.equal({ temperature: 0.1, crossEntropy: 'float32' });
    expect(newton.newton).to.include({ lambda: 0.1, onSingular: 'skip' });
    expect(runs[3].experiment.loss).to.deep.include({ name: 'neuralsort' });
    const clipped = await plan([PRESET], { variants: ['none'], grid: parseGrid(['newton.clipNorm=1,10']) });
    expect(variants(clipped)).to.deep.equal(['none clipNorm=1', 'none clipNorm=10']);
  });

  it('needs no source where task, model and losses are given', async () => {
    const asked = { task: 'mnist-sort', model: 'digit-mlp', losses: ['mse'], changes: { steps: 3 } };
    const [run] = await plan([], asked);
    expect([run.group, run.variant, run.experiment.name]).to.deep.equal(['mnist-sort', 'mse', 'mnist-sort/mse']);
    await refused([], { ...asked, model: undefined });
    expect(await refused([], { ...asked, changes: {} })).to.match(/steps/);
  });

  it('says where an experiment is not that of its preset any more', async () => {
    const modified = async (changes: object, task?: string): Promise<boolean[]> =>
      (await plan([PRESET], { variants: ['none'], changes: changes as PlanRequest['changes'], task })).map(
        ({ origin }) => origin.modified,
      );
    expect(await modified({})).to.deep.equal([false]);
    expect(await modified({ steps: 4000 })).to.deep.equal([false]);
    expect(await modified({ steps: 4001 })).to.deep.equal([true]);
    expect(await modified({ 'task.n': 5 })).to.deep.equal([true]);
    expect(await modified({}, 'mnist-sort')).to.deep.equal([false]);
  });

  it('refuses what does not exist, with what was probably meant', async () => {
    expect(await refused(['mnist-sort/quick-softsrot'])).to.match(/did you mean mnist-sort\/quick-softsort/);
    expect(await refused([PRESET], { variants: ['none', 'hesian'] })).to.match(/did you mean hessian/);
    expect(await refused([PRESET], { curvatures: ['fischer'] })).to.match(/did you mean fisher/);
    expect(await refused([PRESET], { grid: parseGrid(['newton.lamda=1']) })).to.match(/lamda/);
    expect((await failureOf(() => plan([PRESET], { losses: ['sofsort'] }))).code).to.equal('LOSS_UNKNOWN');
  });

  it('refuses what is called the same, contradicts itself, or is too much', async () => {
    const variant = { variants: { a: {} } };
    const files = [
      written('x.json', { ...variant, name: 'same' }),
      written('y.json', { ...variant, name: 'same', steps: 7 }),
    ];
    expect(await refused(files)).to.match(/called same\/a/);
    expect(await refused([PRESET], { variants: ['none'], curvatures: ['none'] })).to.match(/one of them/);
    const grid = parseGrid(['newton.lambda=1,2']);
    expect(await refused([PRESET], { grid, changes: { 'newton.lambda': 1 } })).to.match(/newton\.lambda/);
    const many = { path: 'newton.lambda', values: Array.from({ length: 2000 }, (_, k) => k + 1) };
    expect(await refused([PRESET], { grid: [many], seeds: [0, 1, 2] })).to.match(/10000/);
  });
});

describe('lists of a comparison', () => {
  it('are a number of seeds, or the seeds', () => {
    expect(parseSeeds('3')).to.deep.equal([0, 1, 2]);
    expect(parseSeeds('4,0,4')).to.deep.equal([4, 0]);
    for (const text of ['', '0', '-1', '1.5', 'a', '1,,2', '1,x', '10001', '1000000000', '9'.repeat(400)]) {
      expect(codeOf(() => parseSeeds(text)), text).to.equal('PARAMS');
    }
  });

  it('are names, each once and none empty', () => {
    expect(parseNames('--loss', 'b, a,b')).to.deep.equal(['b', 'a']);
    for (const text of ['', ',', 'a,,b', 'a,']) {
      expect(codeOf(() => parseNames('--loss', text)), text).to.equal('PARAMS');
    }
  });

  it('are values of a setting, JSON or text, each once', () => {
    expect(parseGrid(['a.b=1,0.5,1', 'c={"x":[1,2],"y":"p,q"},text,[3,4],"5"'])).to.deep.equal([
      { path: 'a.b', values: [1, 0.5] },
      { path: 'c', values: [{ x: [1, 2], y: 'p,q' }, 'text', [3, 4], '5'] },
    ]);
    for (const text of ['', 'a', '=1', 'a=', 'a=1,,2']) {
      expect(codeOf(() => parseGrid([text])), text).to.equal('PARAMS');
    }
    expect(codeOf(() => parseGrid(['a=1', 'a=2']))).to.equal('PARAMS');
  });
});
