import type { Rng } from '../../../core/random/rng.js';
import { type ConeKind, coneOf } from '../../../core/convex/cones/index.js';
import {
  addSymmetricTimes,
  addTimes,
  addTransposedTimes,
  sparseOf,
  sparseOfDense,
  type Triplet,
} from '../../../core/convex/linear-algebra/sparse.js';
import type { ConeProgram } from '../../../core/convex/solver/cone-program.js';
import type { DataChange } from '../../../core/convex/solver/linearisation.js';
import { along, dotProduct, vector } from './support.js';

/** A product of nonnegative rows, perhaps zeros, and up to three cones of each kind asked for. */
export function randomCones(rng: Rng, kinds: readonly ConeKind['kind'][]): ConeKind[] {
  const upTo = (most: number): number => Math.floor(rng.uniform() * (most + 1));
  const cones: ConeKind[] = [];
  if (rng.uniform() < 0.6) cones.push({ kind: 'zero', size: 1 + upTo(2) });
  cones.push({ kind: 'nonnegative', size: 2 + upTo(6) });
  for (const kind of kinds) {
    for (let k = upTo(2); k > 0; k--) {
      if (kind === 'second-order') cones.push({ kind, size: 2 + upTo(4) });
      else if (kind === 'semidefinite') cones.push({ kind, order: 1 + upTo(3) });
      else if (kind === 'power') cones.push({ kind, alpha: 0.1 + 0.8 * rng.uniform() });
      else if (kind === 'exponential') cones.push({ kind });
    }
  }
  return cones;
}

/**
 * A program over these cones, with strictly feasible points on both sides, so that it has a solution; and, as P > 0,
 * only one. Small changes of its data keep that: there are fewer equations than unknowns.
 */
export function randomProgram(rng: Rng, cones: readonly ConeKind[]): ConeProgram {
  const made = cones.map(coneOf);
  const m = made.reduce((sum, { size }) => sum + size, 0);
  const equations = made.reduce((sum, { size, degree }) => sum + (degree === 0 ? size : 0), 0);
  const n = Math.max(equations + 2, Math.floor(m * (0.3 + 0.5 * rng.uniform())));
  const A = sparseOfDense(
    m,
    n,
    Array.from({ length: m * n }, (_, k) => {
      const inBand = Math.floor(k / n) % n === k % n; // so that no row is empty
      return inBand || rng.uniform() < 0.5 ? rng.normal() : 0;
    }),
  );
  const P = positiveDefinite(rng, n);
  const [s, z] = [new Float64Array(m), new Float64Array(m)];
  let at = 0;
  for (const cone of made) {
    const end = at + cone.size;
    cone.centre(s.subarray(at, end), z.subarray(at, end));
    if (cone.degree === 0) z.set(vector(rng, cone.size), at);
    at = end;
  }
  const x = vector(rng, n);
  const b = s.slice();
  addTimes(A, 1, x, b);
  const q = new Float64Array(n);
  addSymmetricTimes(P, -1, x, q);
  addTransposedTimes(A, -1, z, q);
  return { P, q, A, b, cones };
}

function positiveDefinite(rng: Rng, n: number): ConeProgram['P'] {
  const L = Array.from({ length: n }, () => vector(rng, n));
  const triplets: Triplet[] = [];
  for (let j = 0; j < n; j++) {
    for (let i = 0; i <= j; i++) {
      triplets.push([i, j, dotProduct(L[i], L[j]) / n + (i === j ? 0.1 : 0)]);
    }
  }
  return sparseOf(n, n, triplets);
}

/** A change that keeps P semidefinite when small: none of P off the diagonal. */
export function randomChange(rng: Rng, { P, q, A, b }: ConeProgram): DataChange {
  const diagonal = P.value.slice().fill(0);
  for (let j = 0; j < P.cols; j++) {
    for (let k = P.start[j]; k < P.start[j + 1]; k++) if (P.index[k] === j) diagonal[k] = rng.normal();
  }
  return { P: diagonal, q: vector(rng, q.length), A: vector(rng, A.value.length), b: vector(rng, b.length) };
}

/** The program with data + t d. */
export function changed({ P, q, A, b, cones }: ConeProgram, t: number, d: DataChange): ConeProgram {
  return {
    P: { ...P, value: along(P.value, t, d.P) },
    q: along(q, t, d.q),
    A: { ...A, value: along(A.value, t, d.A) },
    b: along(b, t, d.b),
    cones,
  };
}
