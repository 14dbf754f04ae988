import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { batchOf } from '../../core/batch.js';
import { openRegistry } from '../../node/open-registry.js';
import { packageRoot } from '../../node/package-root.js';
import { createRng } from '../../core/random/rng.js';

interface Confident {
  right: {
    name: string;
    params: object;
    samples: { y: number[]; target: number[]; value: number; gradient: number[]; hessian: number[] }[];
  }[];
  sizes: number[];
  /** [value, slope, curvature] a gap; null where float64 has no such number. */
  gaps: { name: string; params: object; target: number[]; results: (number | null)[][] }[];
}

const { right, sizes, gaps } = JSON.parse(
  readFileSync(path.join(packageRoot(), 'test/fixtures/confident.json'), 'utf8'),
) as Confident;
const registry = await openRegistry();

/** Below this results may underflow. */
const UNDERFLOW = 1e-300;

/**
 * Every entry of a gradient and every diagonal entry of a Hessian has its digits, however small it is beside the
 * others; an entry off the diagonal to the scale of its two, sqrt(H_aa H_bb), as far as it can count. Networks with
 * algebraic tails lose digits where scores differ by 1e7: a far score moves the near ones by F(-D) D, which nearly
 * cancels against D^2 F'(D).
 */
const algebraic = /cauchy|reciprocal|optimal/;

describe('sorting losses sure of their order, against 1300 digits (test/fixtures/make_confident.py)', () => {
  for (const { name, params, samples } of right) {
    for (const { y, target, value, gradient, hessian } of samples) {
      it(`${name} ${JSON.stringify(params)}, right order of ${y.join(', ')}`, async () => {
        const e = (await registry.create(name, params)).evaluate(batchOf([y]), [target], createRng(0));
        close(e.value[0], value, 1e-12, 'value');
        const tolerance = algebraic.test(name) ? 1e-8 : 1e-12;
        gradient.forEach((g, j) => close(e.gradient().data[j], g, tolerance, `gradient ${j}`));
        const n = y.length;
        const scale = (k: number): number => Math.sqrt(Math.abs(hessian[k * n + k]));
        e.hessian!().blocks().data.forEach((h, k) => {
          const bound = 10 * tolerance * scale(Math.floor(k / n)) * scale(k % n);
          expect(h, `Hessian ${k}`).to.be.closeTo(hessian[k], bound + UNDERFLOW);
        });
      });
    }
  }
});

/** Where F does not underflow the curvature is the difference of F'^2 / F^2, the slope squared, and F'' / F. */
const ROUNDING = 4e-15;

/** NONFINITE is right where the loss is beyond float64. */
describe('sorting networks on two scores from 1e-300 to 1e300 apart, against 3000 digits (test/fixtures/make_confident.py)', () => {
  for (const { name, params, target, results } of gaps) {
    for (const crossEntropy of ['binary', 'row']) {
      it(`${name}, ${crossEntropy}, target ${target.join(', ')}`, async () => {
        const loss = await registry.create(name, { ...params, crossEntropy });
        results.forEach(([value, slope, curvature], k) => {
          const gap = sizes[k];
          const run = (): [number, number, number, number] => {
            const e = loss.evaluate(batchOf([[0, gap]]), [target], createRng(0));
            const H = e.hessian!().blocks().data;
            return [e.value[0], e.gradient().data[1], H[0], H[1]];
          };
          if (value === null || slope === null || curvature === null) {
            expect(run, `gap ${gap}`).to.throw().with.property('code', 'NONFINITE');
            return;
          }
          const [gotValue, gotSlope, gotCurvature, gotMixed] = run();
          close(gotValue, value, 1e-12, `gap ${gap}, value`);
          close(gotSlope, slope, 1e-12, `gap ${gap}, gradient`);
          const bound = 1e-12 * Math.abs(curvature) + ROUNDING * slope ** 2 + UNDERFLOW;
          expect(gotCurvature, `gap ${gap}, Hessian`).to.be.closeTo(curvature, bound);
          expect(gotMixed, `gap ${gap}, Hessian off the diagonal`).to.be.closeTo(-curvature, bound);
        });
      });
    }
  }
});

function close(got: number, expected: number, relative: number, what: string): void {
  expect(got, what).to.be.closeTo(expected, relative * Math.abs(expected) + UNDERFLOW);
}
