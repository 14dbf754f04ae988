import { expect } from 'chai';
import { addSymmetricTimes, addTimes, addTransposedTimes } from '../../../core/convex/linear-algebra/sparse.js';
import type { ProgramData } from '../../../core/convex/solver/cone-program.js';
import type { SolutionChange } from '../../../core/convex/solver/linearisation.js';
import { dotProduct } from './support.js';

function most(x: Float64Array): number {
  return x.reduce((found, value) => Math.max(found, Math.abs(value)), 0);
}

/** To a tolerance relative to the largest entry expected, or absolute where that is below 1. */
export function expectClose(got: Float64Array, expected: Float64Array, tolerance: number): void {
  expect(most(got.map((value, k) => value - expected[k]))).to.be.at.most(tolerance * Math.max(1, most(expected)));
}

/** The largest residual of P x + q + A^T z = 0 and A x + s = b. */
export function residual({ P, q, A, b }: ProgramData, { x, s, z }: SolutionChange): number {
  const [f, g] = [q.slice(), s.map((value, i) => value - b[i])];
  addSymmetricTimes(P, 1, x, f);
  addTransposedTimes(A, 1, z, f);
  addTimes(A, 1, x, g);
  return Math.max(most(f), most(g));
}

/** The inner product of these parts side by side. */
export function innerOf<K extends string>(
  a: Readonly<Record<K, Float64Array>>,
  b: Readonly<Record<K, Float64Array>>,
  parts: readonly K[],
): number {
  return parts.reduce((sum, part) => sum + dotProduct(a[part], b[part]), 0);
}
