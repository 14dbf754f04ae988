import { createRng, type Rng } from '../../core/rng.js';
import type { Labelled } from '../cases.js';
import type { ConvexCase } from '../protocol.js';

/** Samples a batch. */
const BATCH = 128;

/** The loss on the solution x of sample i is <c_i, x>; all numbers are drawn once. */
export function convexCases(): Labelled<ConvexCase>[] {
  const sizes = { relu: [10, 50, 100], qp: [20, 100], portfolio: [20, 50] } as const;
  return (['relu', 'qp', 'portfolio'] as const).flatMap((family) =>
    sizes[family].map((n) => {
      const rng = createRng(n);
      const { y, c } = { y: normals(rng, BATCH, n), c: normals(rng, BATCH, n) };
      return { label: labels[family](n), case: { kind: 'convex', family, n, y, c, ...constantsOf(family, n, rng) } };
    })
  );
}

const labels = {
  relu: (n: number) => `ReLU layer, ${n} units`,
  qp: (n: number) => `QP ${n} x ${n}`,
  portfolio: (n: number) => `portfolio, ${n} assets`,
};

function constantsOf(family: ConvexCase['family'], n: number, rng: Rng): Pick<ConvexCase, 'Q' | 'G' | 'h'> {
  if (family === 'relu') return {};
  const G = normals(rng, n, n);
  if (family === 'portfolio') return { G: G.map((row) => row.map((value) => value / Math.sqrt(n))), h: [0.5] };
  const L = normals(rng, n, n);
  const inner = (a: number[], b: number[]): number => a.reduce((sum, value, k) => sum + value * b[k], 0);
  const Q = L.map((a, i) => L.map((b, j) => inner(a, b) / n + (i === j ? 0.1 : 0)));
  return { Q, G, h: G.map(() => rng.uniform()) };
}

function normals(rng: Rng, rows: number, cols: number): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: cols }, () => rng.normal()));
}
