import { createRng, type Rng } from '../../core/random/rng.js';
import type { Labelled } from '../cases.js';
import type { ConvexCase, ConvexProgram } from '../protocol.js';

/** Samples of a batch; and programs that are solved one by one. */
const [BATCH, SINGLE] = [128, 16];

/** Programs as layers: forward and backward. */
export function layerCases(): Labelled<ConvexCase>[] {
  const relu = [10, 50, 100].map((n) => labelled(`ReLU ${n}`, { form: 'relu' }, n, n));
  const quadratic = [20, 100].flatMap((n) =>
    [false, true].map((parameters) =>
      labelled(`QP ${n} x ${n}${parameters ? ', parameters' : ''}`, quadraticProgram(n, n, parameters), n, n)
    )
  );
  const portfolio = [20, 50].map((n) => labelled(`portfolio ${n}`, portfolioProgram(n), n, n));
  return [...relu, ...quadratic, ...portfolio, controlCase()];
}

/** Programs solved one by one, forward only. */
export function singleCases(): Labelled<ConvexCase>[] {
  return [
    labelled('QP 10 x 20', quadraticProgram(10, 20, false), 10, 10, SINGLE),
    labelled('QP 100 x 200', quadraticProgram(100, 200, false), 100, 100, SINGLE),
    labelled('LP 20 x 40', linearProgram(20, 40), 20, 20, SINGLE),
    labelled('SOCP, portfolio 20', portfolioProgram(20), 20, 20, SINGLE),
    labelled('SOCP, median of 20', { form: 'median', points: 20 }, 60, 3, SINGLE),
  ];
}

/** Five accelerations of a cart from starts that make some of them reach their limits. */
function controlCase(): Labelled<ConvexCase> {
  const [steps, spread] = [5, 3];
  const cart: ConvexProgram = { form: 'control', A: [[1, 0.5], [0, 1]], B: [0.125, 0.5], steps };
  const { label, case: control } = labelled('control', cart, 2, steps);
  return { label, case: { ...control, y: control.y.map((start) => start.map((entry) => spread * entry)) } };
}

/** Positive definite Q; x0 meets G x <= h strictly. */
function quadraticProgram(n: number, m: number, parameters: boolean): ConvexProgram {
  const rng = createRng(n);
  const M = normal(rng, n, n);
  const inner = (i: number, j: number): number => M.reduce((sum, row) => sum + row[i] * row[j], 0);
  const Q = M.map((_, i) => M.map((_, j) => inner(i, j) / n + (i === j ? 0.1 : 0)));
  return { form: 'quadratic', Q, ...feasible(rng, n, m), parameters };
}

function linearProgram(n: number, m: number): ConvexProgram {
  return { form: 'linear', ...feasible(createRng(n), n, m) };
}

/** G x <= h with slacks of 0 to 1 at a random x. */
function feasible(rng: Rng, n: number, m: number): { G: number[][]; h: number[] } {
  const G = normal(rng, m, n);
  const x = Array.from({ length: n }, () => 0.1 * rng.normal());
  return { G, h: G.map((row) => row.reduce((sum, g, j) => sum + g * x[j], rng.uniform())) };
}

/** Equal weights have about half the risk that is allowed, one asset alone more. */
function portfolioProgram(n: number): ConvexProgram {
  const F = normal(createRng(n), n, n).map((row) => row.map((entry) => entry / Math.sqrt(n)));
  return { form: 'portfolio', F, sigma: 2 / Math.sqrt(n) };
}

/** Standard normal y of `size` entries and c of n. */
function labelled(label: string, program: ConvexProgram, size: number, n: number, rows = BATCH): Labelled<ConvexCase> {
  const rng = createRng(1000 + size);
  return { label, case: { kind: 'convex', program, y: normal(rng, rows, size), c: normal(rng, rows, n) } };
}

function normal(rng: Rng, rows: number, cols: number): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: cols }, () => rng.normal()));
}
