import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { createRng } from '../../../core/random/rng.js';
import { landscapeFigure } from '../../../harness/landscape/figure.js';
import { type Landscape, landscapes } from '../../../harness/landscape/landscape.js';
import { waysOf } from '../../../harness/landscape/ways.js';
import { openRegistry } from '../../../node/open-registry.js';
import { run } from '../command-line.js';
import { codeOf, temporaryFolder } from '../helpers.js';

describe('landscapes', () => {
  const view = { outputs: 3, output: 1, spreads: [1, 4], seed: 7 };

  it('have the values, gradients and Newton directions of a loss, as one output moves', async () => {
    const ways = await waysOf('mse', await openRegistry(), { set: {}, lambda: 0.5 });
    expect(ways.map(({ title }) => title)).to.deep.equal(['gradient', 'fisher, λ = 0.5', 'hessian, λ = 0.5']);
    const found = landscapes(ways, view);
    const { y, targets: [target] } = ways[0].loss.sample(createRng(7).split(0), 1, 3);
    const t = target as number[];
    const centre = (y.data[0] + y.data[1] + y.data[2]) / 3;
    found.forEach(({ spread, x, others, curves: [plain, fisher, hessian] }, k) => {
      expect(spread).to.equal(view.spreads[k]);
      [0, 2].forEach((j, i) => expect(others[i]).to.be.closeTo(centre + spread * (y.data[j] - centre), 1e-12));
      const width = Math.abs(others[0] - others[1]);
      expect(x[0]).to.be.closeTo(Math.min(...others) - width / 2, 1e-12);
      expect(x.at(-1)).to.be.closeTo(Math.max(...others) + width / 2, 1e-12);
      x.forEach((at, i) => {
        const g = [others[0] - t[0], at - t[1], others[1] - t[2]];
        const square = g.reduce((sum, gj) => sum + gj ** 2, 0);
        expect(plain.value[i]).to.be.closeTo(square / 2, 1e-12 * (1 + square));
        expect(plain.direction[i]).to.be.closeTo(g[1], 1e-12);
        expect(fisher.direction[i]).to.be.closeTo(g[1] / (square + 0.5), 1e-12);
        expect(hessian.direction[i]).to.be.closeTo(g[1] / 1.5, 1e-12);
      });
    });
  });

  it('show what the paper’s Figure 6 shows: gradients of float32 explode far apart, and Fisher directions do not', async () => {
    const ways = await waysOf('mnist-sort/quick-dsn-logistic-n5', await openRegistry(), { set: {} });
    const [near, far] = landscapes(ways, { outputs: 5, output: 0, spreads: [1, 30], seed: 1 });
    const largest = ({ curves }: Landscape, name: string): number =>
      curves.find((curve) => curve.name === name)!.direction.reduce((most, d) => Math.max(most, Math.abs(d)), 0);
    expect(largest(near, 'none')).to.be.within(1, 2);
    expect(largest(far, 'none')).to.be.above(1e4);
    expect(largest(far, 'none-exact')).to.be.within(1, 2);
    expect(largest(far, 'fisher')).to.be.below(1 / (2 * Math.sqrt(0.1)) + 1e-12); // of |g| / (|g|^2 + lambda)
  });

  it('have the same noise everywhere', async () => {
    const ways = await waysOf('stochastic-smoothing', await openRegistry(), {
      set: { 'algorithm.name': 'ranking', distance: 'squared' },
    });
    const [{ curves: [{ value }] }] = landscapes(ways, { ...view, spreads: [1] });
    const steps = value.slice(1).filter((at, k) => at !== value[k]);
    expect(steps.length).to.be.below(value.length / 2); // of a loss that is constant but where ranks change
  });

  it('refuse an output that there is not', async () => {
    const ways = await waysOf('mse', await openRegistry(), { set: {} });
    expect(codeOf(() => landscapes(ways, { ...view, output: 3 }))).to.equal('PARAMS');
  });

  it('are drawn with triangles where a line goes beyond its axis, and gaps where there is no direction', () => {
    const x = Array.from({ length: 100 }, (_, k) => k);
    const direction = x.map((at) => (at === 50 ? 1e6 : at === 80 ? -1e6 : at === 30 ? NaN : Math.sin(at)));
    const curve = { name: 'hessian', title: 'hessian, λ = 1', value: x.map((at) => at / 100), direction };
    const svg = landscapeFigure([{ spread: 1, x, others: [20, 60], target: 0, curves: [curve] }], ['a <loss>'], 0);
    expect(svg).to.contain('hessian, λ = 1, up to 1000000, none at 1 of 100 places').and.to.contain('a &#60;loss&#62;');
    const [triangles] = /<g class="explosive".*?<\/g>/.exec(svg)!;
    expect(triangles.match(/<path/g)).to.have.lengthOf(2);
    expect(svg.match(/stroke-width="2.5"/g)).to.have.lengthOf(1 + 4); // the value, and the direction in four pieces
    expect(svg.match(/stroke-width="1"/g)).to.have.lengthOf(2 * 2); // where the others are
    expect(svg).not.to.match(/NaN|Infinity/);
  });
});

describe('newton-losses landscape', function() {
  this.timeout(30_000);
  const folder = temporaryFolder();

  it('writes a picture or the numbers of the variants of a preset, and of a loss', async () => {
    const [picture, numbers] = ['ns.svg', 'ns.csv'].map((name) => path.join(folder(), name));
    const drawn = await run(
      'landscape',
      'mnist-sort/quick-neuralsort-n5',
      '--variants',
      'none,fisher',
      '--out',
      picture,
    );
    expect([drawn.code, drawn.stderr, drawn.stdout]).to.deep.equal([0, '', `${picture}\n`]);
    const svg = readFileSync(picture, 'utf8');
    expect(svg).to.contain('neuralsort(temperature = 1, crossEntropy = float32), target [')
      .and.to.contain('fisher, λ = 0.1, up to').and.to.contain('10 times as far apart')
      .and.not.to.contain('hessian, λ');
    await run('landscape', 'neuralsort', '--set', 'temperature=2', '--spread', '3', '--out', numbers);
    const [heads, ...rows] = readFileSync(numbers, 'utf8').trimEnd().split('\r\n');
    expect(heads).to.equal('spread,variant,x,value,direction');
    expect(rows).to.have.lengthOf(3 * 601);
    expect(rows[0]).to.match(/^3,gradient,-?[\d.]+,[\d.]+,-?[\d.e-]+$/);
  });

  it('refuses other files, variants that there are not, and factors that are none', async () => {
    for (
      const [words, told] of [
        [['--out', 'landscape.png'], 'ends in .svg or .csv'],
        [['--variants', 'fischer'], 'there are gradient, fisher, hessian'],
        [['--spread', '1,0'], 'It should be a positive number'],
        [['--output', '5'], 'should be below 5'],
        [['--set', 'temprature=1'], 'temperature'],
      ] as const
    ) {
      const { code, stderr } = await run('landscape', 'softsort', ...words);
      expect(code, told).not.to.equal(0);
      expect(stderr).to.contain(told);
    }
  });
});
