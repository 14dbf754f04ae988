import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findMnist } from '../../harness/data/mnist.js';
import { type Ended, metricsOf, start } from './command-line.js';
import { linkPackage, temporaryFolder } from './helpers.js';

const MAIN = fileURLToPath(new URL('../../harness/cli/main.js', import.meta.url));
const experiment = {
  task: { name: 'mnist-sort', n: 3, digits: 2, pool: 7, evaluationSets: 20 },
  model: { name: 'digit-mlp', encoder: [4], head: [] },
  loss: { name: 'softsort' },
  steps: 6,
  batchSize: 5,
  evalEvery: 3,
  logEvery: 1,
  variants: { none: { newton: { curvature: 'none' } }, hessian: { newton: { curvature: 'hessian' } } },
};
const loss = `
import { defineSampleLoss, zeros } from 'newton-losses';
export default defineSampleLoss({
  name: 'own', title: 'Own loss', source: 'none', target: { type: 'array', items: { type: 'number' } },
  create: () => ({
    value: (y, t) => y.reduce((sum, v, j) => sum + (v - t[j]) ** 4, 0),
    gradient: (y, t) => y.map((v, j) => 4 * (v - t[j]) ** 3),
    hessian: (y, t) => Float64Array.from({ length: 9 }, (_, k) => (k % 4 ? 0 : 12 * (y[k / 4] - t[k / 4]) ** 2)),
  }),
  sample: (params, rng, rows) => ({ y: zeros(rows, 3), targets: Array.from({ length: rows }, () => [0, 1, 2]) }),
});
`;

describe('what a report gives to reproduce it', function() {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const run = (...words: string[]): Promise<Ended> => start([...words, '--backend', 'wasm'], { cwd: folder() }).ended;
  const at = (name: string): string => path.join(folder(), name);

  /** Types what the report of a folder says, and returns the command. */
  const typed = (name: string): string => {
    const [, escaped] = /<pre>([^<]*)/.exec(readFileSync(at(`${name}/report.html`), 'utf8'))!;
    const command = escaped.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))).trim();
    const here = command.replace(/^newton-losses /, `'${process.execPath}' '${MAIN}' `);
    execFileSync('sh', ['-c', here], { cwd: folder(), stdio: 'pipe' });
    return command;
  };
  const expectSame = (name: string): void => {
    expect(metricsOf(at(`${name}-again`))).to.equal(metricsOf(at(name)));
  };
  const ended = async (running: Promise<Ended>): Promise<void> => {
    const { code, stderr } = await running;
    expect(code, stderr).to.equal(0);
  };

  beforeEach(() => {
    linkPackage(folder());
    writeFileSync(at('own.mjs'), loss);
    writeFileSync(at('registry.json'), JSON.stringify({ losses: { own: './own.mjs' } }));
    writeFileSync(at('mine.json'), JSON.stringify(experiment));
  });

  it('makes the same figures of a preset, changed or not, and of a file that has changed since', async () => {
    const small = ['--steps', '4', '--set', 'task.evaluationSets=20', '--lambda', '3'];
    const preset = 'mnist-sort/quick-softsort-n5/hessian';
    await Promise.all([
      ended(run('train', preset, ...small, '--seed', '2')),
      ended(run('train', 'mine.json/none', '--data', findMnist(), '--registry', 'registry.json', '--out', "it's mine")),
    ]);
    const own = `runs/${preset}/seed-2`;
    expect(readFileSync(at(`${own}/report.html`), 'utf8')).to.include(`<h1>${preset} (modified), seed 2</h1>`);
    expect(readFileSync(at("it's mine/report.html"), 'utf8')).to.include('<h1>mine/none, seed 0</h1>');
    expect(typed(own)).to.match(/^newton-losses train mnist-sort\/quick-softsort-n5\/hessian --seed 2 --set steps=4 /);
    expectSame(own);
    writeFileSync(at('mine.json'), '{}');
    expect(typed("it's mine")).to.match(/experiment\.json' --registry registry\.json --data /);
    expectSame("it's mine");
  });

  it('makes the same figures of a comparison, and of each of its runs, as `train` does', async () => {
    const crossed = ['--loss', 'softsort,own', '--variants', 'none,hessian', '--grid', 'newton.lambda=1,2'];
    const given = [...crossed, '--seeds', '1', '--registry', 'registry.json', '--set', 'batchSize=4', '--out', 'all'];
    await ended(run('compare', 'mine.json', ...given));
    expect(typed('all')).to.match(/--grid newton\.lambda=1,2 --set batchSize=4 --registry registry\.json$/);
    const losses = ['softsort', 'own'];
    const variants = losses.flatMap((name) =>
      ['none', 'hessian lambda=1', 'hessian lambda=2'].map((v) => `${name} ${v}`)
    );
    for (const variant of variants) {
      expect(metricsOf(at(`all-again/${variant}/seed-0`)), variant).to.equal(metricsOf(at(`all/${variant}/seed-0`)));
    }
    typed('all/own hessian lambda=2/seed-0');
    expectSame('all/own hessian lambda=2/seed-0');
  });
});
