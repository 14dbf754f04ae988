import { expect } from 'chai';
import { type Batch, zeros } from '../../../core/batch.js';
import type { ConvexLayer } from '../../../core/convex/index.js';
import { createRng, type Rng } from '../../../core/random/rng.js';

/** Each entry to within an absolute difference. */
export function close(got: ArrayLike<number>, expected: ArrayLike<number>, within: number, what = ''): void {
  expect(got.length, what).to.equal(expected.length);
  for (let k = 0; k < got.length; k++) expect(got[k], `${what} entry ${k}`).to.be.closeTo(expected[k], within);
}

/** Standard normal entries. */
export function vector(rng: Rng, size: number): Float64Array {
  return Float64Array.from({ length: size }, () => rng.normal());
}

export function normals(seed: number, rows: number, cols: number): Batch {
  return { rows, cols, data: vector(createRng(seed), rows * cols) };
}

export function dotProduct(x: Float64Array, y: Float64Array): number {
  return x.reduce((total, value, k) => total + value * y[k], 0);
}

export function innerProduct(a: readonly Batch[], b: readonly Batch[]): number {
  return a.reduce((total, { data }, k) => total + dotProduct(data, b[k].data), 0);
}

/** x + t d */
export function along(x: Float64Array, t: number, d: Float64Array): Float64Array {
  return x.map((value, k) => value + t * d[k]);
}

export function moved(a: Batch, t: number, d: Batch): Batch {
  return { ...a, data: along(a.data, t, d.data) };
}

/** d f / d t at 0, by a difference of fourth order. */
export function slope(f: (t: number) => number, h: number): number {
  return slopes((t) => [f(t)], h)[0];
}

/** Of each entry. */
export function slopes(f: (t: number) => ArrayLike<number>, h: number): number[] {
  const [p, m, p2, m2] = [h, -h, 2 * h, -2 * h].map(f);
  return Array.from(p, (_, i) => (8 * (p[i] - m[i]) - (p2[i] - m2[i])) / (12 * h));
}

/** The unit tangent of one entry of one input, zeros elsewhere. */
export function unitTangents(inputs: readonly Batch[], k: number, entry: number): Batch[] {
  const tangents = inputs.map(({ rows, cols }) => zeros(rows, cols));
  tangents[k].data[entry] = 1;
  return tangents;
}

/** vjp is the transpose of jvp, and jvp what a difference of fourth order says, relative to the size of either. */
export function checkDerivatives(
  layer: ConvexLayer,
  inputs: readonly Batch[],
  within: number,
  directions?: Batch[],
): void {
  const solution = layer.forward(inputs);
  const tangents = directions ?? inputs.map(({ rows, cols }, k) => normals(50 + k, rows, cols));
  const cotangents = solution.outputs.map(({ rows, cols }, k) => normals(90 + k, rows, cols));
  const change = solution.jvp(tangents);
  const forward = innerProduct(change, cotangents);
  const size = 1 + Math.sqrt(innerProduct(change, change) * innerProduct(cotangents, cotangents));
  expect(innerProduct(solution.vjp(cotangents), tangents) / size).to.be.closeTo(forward / size, 1e-9);
  const at = (t: number) => layer.forward(inputs.map((x, k) => moved(x, t, tangents[k]))).outputs;
  const measured = slopes((t) => at(t).flatMap(({ data }) => [...data]), 1e-4);
  const got = change.flatMap(({ data }) => [...data]);
  close(got.map((value) => value / size), measured.map((value) => value / size), within, 'change');
}
