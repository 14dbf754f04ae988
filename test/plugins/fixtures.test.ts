import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { batchOf } from '../../core/batch.js';
import type { CheckedEvaluation } from '../../core/checked-evaluation.js';
import { openRegistry } from '../../node/open-registry.js';
import { packageRoot } from '../../node/package-root.js';
import { createRng } from '../../core/random/rng.js';

interface Sample {
  y: number[];
  target: unknown;
  value: number;
  gradient: number[];
}
interface Fixtures {
  /** The Hessian as its upper triangle, row by row. */
  losses: { name: string; params: object; samples: (Sample & { hessian: number[] })[] }[];
  float32: Sample[];
}

const fixtures = JSON.parse(readFileSync(path.join(packageRoot(), 'test/fixtures/sorting.json'), 'utf8')) as Fixtures;
const registry = await openRegistry();

describe('agreement with float64 automatic differentiation in PyTorch (test/fixtures/make_sorting.py)', () => {
  for (const { name, params, samples } of fixtures.losses) {
    it(`${name} ${JSON.stringify(params)}`, async () => {
      for (const sample of samples) {
        const e = await evaluate(name, params, sample);
        const where = `n = ${sample.y.length}`;
        expectClose(e.value, [sample.value], `${where} value`);
        expectClose(e.gradient().data, sample.gradient, `${where} gradient`);
        expectClose(e.hessian!().blocks().data, symmetric(sample.hessian, sample.y.length), `${where} Hessian`);
      }
    });
  }
});

/**
 * What saturation does to PyTorch's float32 loss. Exact values would be 17, 20 and 28, exact gradients 1, against
 * PyTorch's 58.5, 60, 64 and 20700, 1031, 0.69. Gap 17 is the largest explosion: there the larger entry of each row is
 * 1 only because the softmax's sum of exponentials, 1 + 4.1e-8, is rounded to float32 too.
 */
describe("crossEntropy: 'float32' against PyTorch's float32 binary cross-entropy", () => {
  for (const sample of fixtures.float32) {
    it(`two-way SoftSort, logits ${sample.y[1]} apart, ranked the wrong way round`, async () => {
      const e = await evaluate('softsort', { temperature: 1, crossEntropy: 'float32' }, sample);
      expect(e.value[0] / sample.value).to.be.closeTo(1, 1e-6);
      e.gradient().data.forEach((g, j) => expect(g / sample.gradient[j], `gradient ${j}`).to.be.closeTo(1, 1e-6));
    });
  }
});

async function evaluate(name: string, params: object, { y, target }: Sample): Promise<CheckedEvaluation> {
  return (await registry.create(name, params)).evaluate(batchOf([y]), [target], createRng(0));
}

function symmetric(upper: number[], n: number): Float64Array {
  const H = new Float64Array(n * n);
  let k = 0;
  for (let a = 0; a < n; a++) for (let b = a; b < n; b++) H[a * n + b] = H[b * n + a] = upper[k++];
  return H;
}

/** Entries agree to 1e-9 of the largest one. */
function expectClose(actual: Float64Array, expected: ArrayLike<number>, where: string): void {
  const scale = Math.max(...Array.from(expected, Math.abs));
  expect(actual.length, where).to.equal(expected.length);
  actual.forEach((x, k) => expect(x, `${where}, entry ${k}`).to.be.closeTo(expected[k], 1e-9 * scale));
}
