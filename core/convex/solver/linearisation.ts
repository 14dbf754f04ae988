import { dot, vectorsOf } from '../../linear-algebra/vectors.js';
import { addSymmetricTimes, addTimes, addTransposedTimes, type SparseMatrix } from '../linear-algebra/sparse.js';

/**
 * A change of the data of a program, on the patterns of its matrices; or what a scalar changes by with each entry of
 * the data.
 */
export interface DataChange {
  readonly P: Float64Array;
  readonly q: Float64Array;
  readonly A: Float64Array;
  readonly b: Float64Array;
}

/** A change of the solution. */
export interface SolutionChange {
  readonly x: Float64Array;
  readonly s: Float64Array;
  readonly z: Float64Array;
}

/** What a linear system left over: the largest entry of its residual relative to that of the right side. */
export interface WithResidual {
  readonly residual: number;
}

/**
 * Second derivatives of a linear function of the solution, (k, k), and the first ones of the solution, along k
 * directions.
 */
export interface Curvature extends WithResidual {
  readonly form: Float64Array;
  readonly tangents: readonly SolutionChange[];
}

/** Derivatives of the solution of a program. */
export interface SolutionDerivative extends SolutionChange {
  /** Of the optimality conditions, relative. */
  readonly residual: number;
  /** About the relative error of the derivative where a constraint is hardly active; 1/4 at a kink. */
  doubt(): number;
  /** The change of the solution with a change of the data. */
  tangent(data: DataChange): SolutionChange & WithResidual;
  /** What <cotangent, solution> changes by with each entry of the data. */
  adjoint(cotangent: SolutionChange): DataChange & WithResidual;
  /** <cotangent, d^2 solution [a, b]> for all pairs of k directions: what the curvature of the solution map adds. */
  curvature(cotangent: SolutionChange, directions: readonly DataChange[]): Curvature;
}

/**
 * A linear system K (x, z) = (f, g) and the inverse of a factor of H in other coordinates y of z; see `Linearisation`.
 */
export interface LinearSystem {
  solve(f: Float64Array, g: Float64Array, x: Float64Array, z: Float64Array, y: Float64Array): number;
  /** out := the second derivative of the central pair along two y: V^-1 mu D^3 f*(z)[V^-T u, V^-T v]. */
  curve(u: Float64Array, v: Float64Array, out: Float64Array): void;
}

/**
 * Derivatives of a solution (x, z) by the data from its optimality conditions, linearised: the symmetric system K
 *
 *     P dx + A^T dz = -(dP x + dA^T z + dq),    A dx - H dz = db - dA x,    ds = db - dA x - A dx
 */
export class Linearisation {
  constructor(
    private readonly P: SparseMatrix,
    private readonly A: SparseMatrix,
    private readonly at: Pick<SolutionChange, 'x' | 'z'>,
    private readonly system: LinearSystem,
  ) {}

  tangent(data: DataChange): SolutionChange & { readonly y: Float64Array } & WithResidual {
    const { P, A, at: { x, z }, system } = this;
    const f = data.q.map((value) => 0 - value); // no -0
    const g = data.b.slice();
    addSymmetricTimes({ ...P, value: data.P }, -1, x, f);
    addTransposedTimes({ ...A, value: data.A }, -1, z, f);
    addTimes({ ...A, value: data.A }, -1, x, g);
    const [dx, dz, y] = [new Float64Array(x.length), new Float64Array(z.length), new Float64Array(z.length)];
    const residual = system.solve(f, g, dx, dz, y);
    addTimes(A, -1, dx, g);
    return { x: dx, s: g, z: dz, y, residual };
  }

  /** The parts for P and A are made when they are read: mostly those are constants. */
  adjoint(cotangent: SolutionChange): DataChange & WithResidual {
    const { P, A, at: { x, z } } = this;
    const { u, right, residual } = this.adjointSolution(cotangent);
    return {
      q: u.map((value) => -value),
      b: right,
      get P() {
        return onPattern(P, (i, j) => (i === j ? -u[i] * x[i] : -u[i] * x[j] - u[j] * x[i]));
      },
      get A() {
        return onPattern(A, (i, j) => -z[i] * u[j] - right[i] * x[j]);
      },
      residual,
    };
  }

  /**
   * With the adjoint (u, w) of the cotangent and the first-order changes of either direction,
   *
   *     <u, -(dP_a dx_b + dA_a^T dz_b)> - <w + cotangent.s, dA_a dx_b> + the same with a and b exchanged
   *         + <w, mu D^3 f*(z)[dz_a, dz_b]>
   */
  curvature(cotangent: SolutionChange, directions: readonly DataChange[]): Curvature {
    const { P, A, system } = this;
    const { u, y, right, residual } = this.adjointSolution(cotangent);
    const tangents = directions.map((data) => this.tangent(data));
    const size = directions.length;
    const form = new Float64Array(size * size);
    const [onX, onY, onZ] = [new Float64Array(u.length), new Float64Array(y.length), new Float64Array(y.length)];
    for (let a = 0; a < size; a++) {
      system.curve(y, tangents[a].y, onY);
      onX.fill(0);
      onZ.fill(0);
      addSymmetricTimes({ ...P, value: directions[a].P }, -1, u, onX);
      addTransposedTimes({ ...A, value: directions[a].A }, -1, right, onX);
      addTimes({ ...A, value: directions[a].A }, -1, u, onZ);
      for (let b = 0; b < size; b++) {
        const half = dot(onX, tangents[b].x) + dot(onZ, tangents[b].z) + dot(onY, tangents[b].y) / 2;
        form[a * size + b] += half;
        form[b * size + a] += half;
      }
    }
    return { form, tangents, residual: tangents.reduce((most, tangent) => Math.max(most, tangent.residual), residual) };
  }

  /**
   * (u, w) with K (u, w) = (x - A^T s, z) for the cotangent: u, w in the coordinates y, and w + s, by which the right
   * side b counts.
   */
  private adjointSolution(
    cotangent: SolutionChange,
  ): { u: Float64Array; y: Float64Array; right: Float64Array } & WithResidual {
    const { A, system } = this;
    const { s, z } = cotangent;
    const [n, m] = [cotangent.x.length, z.length];
    const [f, u, w, y] = vectorsOf(n, n, m, m);
    f.set(cotangent.x);
    addTransposedTimes(A, -1, s, f);
    const residual = system.solve(f, z, u, w, y);
    for (let i = 0; i < w.length; i++) w[i] += s[i];
    return { u, y, right: w, residual };
  }
}

/** An entry for each place of the pattern. */
export function onPattern(
  { cols, start, index }: SparseMatrix,
  entry: (i: number, j: number, k: number) => number,
): Float64Array {
  const out = new Float64Array(index.length);
  for (let j = 0; j < cols; j++) for (let k = start[j]; k < start[j + 1]; k++) out[k] = entry(index[k], j, k);
  return out;
}
