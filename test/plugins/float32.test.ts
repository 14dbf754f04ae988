import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { batchOf } from '../../core/batch.js';
import { newtonStep } from '../../core/newton/index.js';
import { ranksOf } from '../../core/ranking.js';
import { openRegistry } from '../../node/open-registry.js';
import { packageRoot } from '../../node/package-root.js';
import { createRng } from '../../core/random/rng.js';

interface Float32 {
  /** A sample is [y in 1/1024, target, value, gradient]. */
  losses: { name: string; params: { steepness?: number }; samples: [number[], number[], number, number[]][] }[];
}

const { losses } = JSON.parse(readFileSync(path.join(packageRoot(), 'test/fixtures/float32.json'), 'utf8')) as Float32;
const registry = await openRegistry();

/** A gradient of more than this, usual ones being about 1, has exploded. */
const EXPLOSION = 100;

/** The least float32 number, where a density underflows, times the largest derivative of the cross-entropy. */
const UNDERFLOW = 1.4e-45 * 1e12;

/**
 * Relative to the largest entry. PyTorch's own rounding is larger for two: the density of a normal distribution, and
 * the derivative of v / (2 + |v|), which it takes as the difference of two numbers |v| / 2 times as large, with |v| up
 * to 40,000 here.
 */
function gradientTolerance(name: string, steepness?: number): number {
  if (name === 'dsn-reciprocal' && steepness === 100) return 2e-3;
  return name === 'dsn-gaussian' ? 1e-4 : 2e-6;
}

describe("crossEntropy: 'float32' against PyTorch in float32, sample by sample (test/fixtures/make_float32.py)", () => {
  for (const { name, params, samples } of losses) {
    it(`${name} ${JSON.stringify(params)}`, async () => {
      const loss = await registry.create(name, { ...params, crossEntropy: 'float32' });
      const tolerance = gradientTolerance(name, params.steepness);
      samples.forEach(([y, target, value, gradient], i) => {
        const e = loss.evaluate(batchOf([y.map((x) => x / 1024)]), [target], createRng(0));
        const scale = Math.max(...gradient.map(Math.abs));
        expect(e.value[0], `value ${i}`).to.be.closeTo(value, 1e-6 * value);
        const bound = tolerance * scale + UNDERFLOW;
        e.gradient().data.forEach((g, j) => expect(g, `gradient ${i}, ${j}`).to.be.closeTo(gradient[j], bound));
      });
    });
  }

  it('has explosions among its samples', () => {
    const gradients = losses.flatMap(({ samples }) => samples.map(([, , , gradient]) => gradient));
    const exploded = gradients.filter((gradient) => Math.max(...gradient.map(Math.abs)) > EXPLOSION);
    expect(exploded.length).to.be.above(20);
  });
});

/**
 * Their Hessian is that of the rounded numbers; where nothing is near 0 or 1 it is the exact one to float32 accuracy.
 */
describe("the Hessian with crossEntropy: 'float32'", () => {
  const rows = ['neuralsort', 'softsort'].map((name): [string, object] => [name, { temperature: 1 }]);
  for (const [name, params] of [...rows, ...networkSettings()]) {
    it(`is that of 'binary' where nothing saturates: ${name} ${JSON.stringify(params)}`, async () => {
      const y = [0.25, -0.5, 0.125, 0.75, -0.0625];
      const hessian = async (crossEntropy: string): Promise<Float64Array> => {
        const loss = await registry.create(name, { ...params, crossEntropy });
        return loss.evaluate(batchOf([y]), [[2, 0, 4, 1, 3]], createRng(0)).hessian!().blocks().data;
      };
      const [rounded, exact] = await Promise.all([hessian('float32'), hessian('binary')]);
      const scale = Math.max(...exact.map(Math.abs));
      rounded.forEach((h, k) => expect(h).to.be.closeTo(exact[k], 1e-4 * scale));
    });
  }
});

/** Why Newton losses survive explosions: the matrix explodes where the gradient does, in the same directions. */
describe("Newton directions with crossEntropy: 'float32'", () => {
  it('are small where a gradient of NeuralSort explodes', async () => {
    const loss = await registry.create('neuralsort', { temperature: 1, crossEntropy: 'float32' });
    const rng = createRng(5);
    let explosions = 0;
    for (let trial = 0; trial < 8000; trial++) {
      const y = Array.from({ length: 10 }, () => Math.fround(Math.exp(2 * rng.uniform()) * rng.normal()));
      const e = loss.evaluate(batchOf([y]), [ranksOf(Array.from(y, () => rng.normal()))], createRng(1));
      const gradient = Math.hypot(...e.gradient().data);
      if (gradient < 1000 || gradient > 1e8) continue;
      explosions++;
      const { direction } = newtonStep(e, { curvature: 'hessian', lambda: 0.01 });
      expect(Math.hypot(...direction.data), `trial ${trial}`).to.be.below(gradient / 10);
    }
    expect(explosions).to.be.above(5);
  });
});

function networkSettings(): [string, object][] {
  const networks = registry.names.filter((name) => name.startsWith('dsn-'));
  return networks.map((name) => [name, { steepness: 4, network: 'bitonic' }]);
}
