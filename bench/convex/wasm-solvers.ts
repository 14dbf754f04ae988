import { createRequire } from 'node:module';
import type { SparseMatrix } from '../../core/convex/linear-algebra/sparse.js';
import { programOf } from '../../core/convex/model/canonical.js';
import type { ConeProgram } from '../../core/convex/solver/cone-program.js';
import type { ConvexCase, Step } from '../protocol.js';
import { modelOf } from './models.js';

type Sparse = [start: Uint32Array, index: Uint32Array, value: Float64Array];

interface Solution {
  readonly status: string;
  readonly x: ArrayLike<number>;
}

interface Clarabel {
  /** P, q, A, b, n, m, and cones and settings as JSON. */
  solve(...program: [...Sparse, Float64Array, ...Sparse, Float64Array, number, number, string, string]): Solution;
}

interface Scs {
  ScsSettings: new() => object;
  setDefaultSettings(settings: object): void;
  solve(data: object, cones: object, settings: object): Solution;
}

const require = createRequire(import.meta.url);

/** Clarabel (Goulart and Chen, 2024) as cvxjs brings it, with its own tolerance, 1e-8. */
export function clarabelStep(of: ConvexCase): Step {
  const { solve } = createRequire(require.resolve('cvxjs'))('clarabel-wasm-nodejs') as Clarabel;
  const { programs, index } = programsOf(of);
  const settings = JSON.stringify({ verbose: false });
  const given = programs.map(({ P, q, A, b, cones }) => {
    const linear = { zero: rowsOf(cones, 'zero'), nonneg: rowsOf(cones, 'nonnegative') };
    const spec = { ...linear, soc: secondOrder(cones), exp: 0, power: [] };
    return [...columnsOf(P), q, ...columnsOf(A), b, q.length, b.length, JSON.stringify(spec), settings] as const;
  });
  return () => given.map((program) => read(solve(...program), index));
}

/** SCS (O'Donoghue et al., 2016), of which the default tolerance is 1e-4: 1e-8 as the others have it. */
export async function scsStep(of: ConvexCase): Promise<Step> {
  const solver = await (require('scs-solver') as () => Promise<Scs>)();
  const settings = new solver.ScsSettings();
  solver.setDefaultSettings(settings);
  Object.assign(settings, { epsAbs: 1e-8, epsRel: 1e-8, maxIters: 100_000, verbose: 0 });
  const { programs, index } = programsOf(of);
  const given = programs.map(({ P, q, A, b, cones }) => {
    const [p, a] = [P, A].map((matrix) => columnsOf(matrix).map((part) => Array.from(part)));
    const matrices = { P_p: p[0], P_i: p[1], P_x: p[2], A_p: a[0], A_i: a[1], A_x: a[2] };
    const sizes = secondOrder(cones);
    return {
      data: { m: b.length, n: q.length, ...matrices, b: Array.from(b), c: Array.from(q) },
      cones: { z: rowsOf(cones, 'zero'), l: rowsOf(cones, 'nonnegative'), q: sizes, qsize: sizes.length },
    };
  });
  return () => given.map((program) => read(solver.solve(program.data, program.cones, settings), index));
}

/** The cone program of each sample, and where x is in its solution. */
function programsOf(of: ConvexCase): { programs: ConeProgram[]; index: Int32Array } {
  const { problem: { canonical }, x } = modelOf(of);
  const programs = of.y.map((sample) => programOf(canonical, canonical.data(Float64Array.from(sample))));
  return { programs, index: canonical.variable(x).index };
}

function read({ status, x }: Solution, index: Int32Array): Float64Array {
  if (!/^(solved|optimal)$/i.test(status)) throw new Error(status);
  return Float64Array.from(index, (at) => x[at]);
}

function columnsOf({ start, index, value }: SparseMatrix): Sparse {
  return [Uint32Array.from(start), Uint32Array.from(index), value];
}

function rowsOf(cones: ConeProgram['cones'], kind: 'zero' | 'nonnegative'): number {
  return cones.reduce((total, cone) => total + (cone.kind === kind ? cone.size : 0), 0);
}

function secondOrder(cones: ConeProgram['cones']): number[] {
  return cones.flatMap((cone) => (cone.kind === 'second-order' ? [cone.size] : []));
}
