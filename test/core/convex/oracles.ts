import { createRequire } from 'node:module';
import type { ConeKind } from '../../../core/convex/cones/index.js';
import type { SparseMatrix } from '../../../core/convex/linear-algebra/sparse.js';
import type { ConeProgram } from '../../../core/convex/solver/cone-program.js';

/** What another solver says of a program. */
export interface OracleSolution {
  readonly status: 'solved' | 'infeasible' | 'unbounded' | 'other';
  readonly objective: number;
  readonly x: ArrayLike<number>;
  readonly z: ArrayLike<number>;
}

/** Solves programs whose cones stand in the order zero, nonnegative, second-order, exponential, power. */
export type Oracle = (program: ConeProgram) => OracleSolution;

type Sparse = [start: Uint32Array, index: Uint32Array, value: Float64Array];

interface Clarabel {
  solve(
    ...args: [...Sparse, q: Float64Array, ...Sparse, b: Float64Array, n: number, m: number, cones: string, set: string]
  ): {
    readonly status: string;
    readonly obj_val: number;
    readonly x: Float64Array;
    readonly z: Float64Array;
  };
}

interface Scs {
  ScsSettings: new() => Record<string, number | boolean>;
  setDefaultSettings(settings: object): void;
  solve(data: object, cones: object, settings: object): {
    readonly x: number[];
    readonly y: number[];
    readonly status: string;
    readonly info: { readonly pobj: number };
  };
}

const require = createRequire(import.meta.url);

/** Clarabel (Goulart and Chen, 2024) in WebAssembly, as cvxjs brings it: an interior-point method. */
export function clarabel(): Oracle {
  const { solve } = createRequire(require.resolve('cvxjs'))('clarabel-wasm-nodejs') as Clarabel;
  const settings = JSON.stringify({ verbose: false, tol_gap_abs: 1e-10, tol_gap_rel: 1e-10, tol_feas: 1e-10 });
  return ({ P, q, A, b, cones }) => {
    const spec = {
      zero: rowsOf(cones, 'zero'),
      nonneg: rowsOf(cones, 'nonnegative'),
      soc: secondOrderSizes(cones),
      exp: cones.filter(({ kind }) => kind === 'exponential').length,
      power: exponents(cones),
    };
    const { status, obj_val: objective, x, z } = solve(
      ...columnsOf(P),
      q,
      ...columnsOf(A),
      b,
      q.length,
      b.length,
      JSON.stringify(spec),
      settings,
    );
    return { status: statusOf(status), objective, x, z };
  };
}

/** SCS (O'Donoghue et al., 2016) in WebAssembly: operator splitting, which has little in common with our method. */
export async function scs(): Promise<Oracle> {
  const solver = await (require('scs-solver') as () => Promise<Scs>)();
  const settings = new solver.ScsSettings();
  solver.setDefaultSettings(settings);
  Object.assign(settings, { epsAbs: 1e-8, epsRel: 1e-8, maxIters: 20_000, verbose: 0 });
  return ({ P, q, A, b, cones }) => {
    const data = {
      ...{ m: b.length, n: q.length, b: [...b], c: [...q] },
      ...{ P_p: [...P.start], P_i: [...P.index], P_x: [...P.value] },
      ...{ A_p: [...A.start], A_i: [...A.index], A_x: [...A.value] },
    };
    const [soc, power] = [secondOrderSizes(cones), exponents(cones)];
    const spec = {
      ...{ z: rowsOf(cones, 'zero'), l: rowsOf(cones, 'nonnegative') },
      ...{ q: soc, qsize: soc.length, p: power, psize: power.length },
      ep: cones.filter(({ kind }) => kind === 'exponential').length,
    };
    const { status, info, x, y } = solver.solve(data, spec, settings);
    return { status: statusOf(status), objective: info.pobj, x, z: y };
  };
}

function columnsOf({ start, index, value }: SparseMatrix): Sparse {
  return [Uint32Array.from(start), Uint32Array.from(index), value];
}

function rowsOf(cones: readonly ConeKind[], kind: 'zero' | 'nonnegative'): number {
  return cones.reduce((total, cone) => total + (cone.kind === kind ? cone.size : 0), 0);
}

function secondOrderSizes(cones: readonly ConeKind[]): number[] {
  return cones.flatMap((cone) => (cone.kind === 'second-order' ? [cone.size] : []));
}

function exponents(cones: readonly ConeKind[]): number[] {
  return cones.flatMap((cone) => (cone.kind === 'power' ? [cone.alpha] : []));
}

function statusOf(status: string): OracleSolution['status'] {
  if (/dual.?infeasible|unbounded/i.test(status)) return 'unbounded';
  if (/infeasible/i.test(status)) return 'infeasible';
  return /^(solved|optimal)$/i.test(status) ? 'solved' : 'other';
}
