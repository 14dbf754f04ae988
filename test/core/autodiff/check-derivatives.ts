import { expect } from 'chai';
import { type Program, createTape } from '../../../core/autodiff/index.js';
import { timesBlocks } from '../../../core/batch.js';
import type { Rng } from '../../../core/random/rng.js';
import { type Derivative, derivativeAlong } from '../../../conformance/differences.js';

/** How well the differences must know the derivative, as a share of the largest entry, for a comparison to count. */
const RESOLUTION = 1e-6;
const BARS = 8;
const ROUNDING = 1e-11;

/**
 * Value, gradient, Hessian-vector product and Hessian of a program at y (one sample), against central differences along
 * a random direction.
 */
export function checkDerivatives(program: Program, y: Float64Array, rng: Rng): void {
  const m = y.length;
  const tape = createTape();
  const e = tape.record({ rows: 1, cols: m, data: y }, program);
  const d = { rows: 1, cols: m, data: y.map(() => rng.normal()) };

  const g = e.gradient().data;
  const slope = derivativeAlong(
    (points) => ({ rows: points.rows, cols: 1, data: tape.record(points, program).value }),
    y,
    d.data,
    1,
  );
  compare('gradient', Float64Array.of(g.reduce((sum, gj, j) => sum + gj * d.data[j], 0)), slope);

  const product = e.hessian().times(d).data;
  compare('hvp', product, derivativeAlong((points) => tape.record(points, program).gradient(), y, d.data, 1));

  const H = e.hessian().blocks();
  const size = Math.max(1, ...H.data.map(Math.abs));
  timesBlocks(H, d).data.forEach((entry, j) => expect(entry).to.be.closeTo(product[j], 1e-12 * size * m));
  for (let a = 0; a < m; a++) for (let b = 0; b < a; b++) expect(H.data[a * m + b]).to.equal(H.data[b * m + a]);
}

function compare(what: string, got: Float64Array, { value, bar }: Derivative): void {
  const size = Math.max(1, ...got.map(Math.abs));
  got.forEach((entry, k) => {
    expect(bar[k], `${what}: differences of entry ${k} are too rough`).to.be.below(RESOLUTION * size);
    expect(entry, `${what}: entry ${k}`).to.be.closeTo(value[k], BARS * bar[k] + ROUNDING * size);
  });
}
