import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { batchOf } from '../../core/batch.js';
import { openRegistry } from '../../node/open-registry.js';
import { packageRoot } from '../../node/package-root.js';
import { createRng } from '../../core/random/rng.js';

interface Saturated {
  name: string;
  params: object;
  samples: { case: string; y: number[]; target: number[]; value: number; gradient: number[]; hessian: number[] }[];
}

const losses = JSON.parse(
  readFileSync(path.join(packageRoot(), 'test/fixtures/saturated.json'), 'utf8'),
) as Saturated[];

/** Entries of P down to 1e-290, and 1 - P as small: what float64 probabilities would lose. */
describe('saturated sorting losses against 1200 digits (test/fixtures/make_saturated.py)', async () => {
  const registry = await openRegistry();
  for (const { name, params, samples } of losses) {
    for (const sample of samples) {
      it(`${name}, ${sample.case}`, async () => {
        const loss = await registry.create(name, params);
        const e = loss.evaluate(batchOf([sample.y]), [sample.target], createRng(0));
        close(e.value, [sample.value], 1e-14, 0);
        close(e.gradient().data, sample.gradient, 1e-13, 0);
        // Entries of a Hessian are sums over rows, which cancel to this where the gradient is of order 0.1.
        close(e.hessian!().blocks().data, sample.hessian, 1e-11, 1e-29);
      });
    }
  }
});

function close(got: ArrayLike<number>, expected: number[], relative: number, absolute: number): void {
  const scale = Math.max(...expected.map(Math.abs));
  expect(got.length).to.equal(expected.length);
  expected.forEach((x, k) => expect(got[k], `entry ${k}`).to.be.closeTo(x, relative * scale + absolute));
}
