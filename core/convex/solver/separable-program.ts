import { vectorsOf } from '../../linear-algebra/vectors.js';
import { addTimes } from '../linear-algebra/sparse.js';
import { type ConeSolution, type ConeStructure, equalityRows, isPolyhedral, type ProgramData } from './cone-program.js';
import { exactSolution } from './exact-solution.js';
import type { SolutionDerivative } from './linearisation.js';

/** A bound or a multiplier nearer than this to where it would cease to bind, relative, is a kink. */
const MARGIN = 1e-9;

/** No row. */
const NONE = -1;

/**
 * Quadratic programs that fall apart into one unknown each, P diagonal and every row a bound: x_j is -q_j / p_j, or the
 * bound that forbids it. ReLU layers and boxes of any size. What is at a kink, has no solution or no p_j > 0, is left
 * to the interior-point method.
 */
export class SeparableProgram {
  private readonly equal: Uint8Array;
  /** The column that a row bounds. */
  private readonly column: Int32Array;
  /** Where its entry is in A. */
  private readonly entry: Int32Array;

  constructor({ A, cones }: ConeStructure) {
    this.equal = equalityRows(cones);
    this.column = new Int32Array(A.rows).fill(NONE);
    this.entry = new Int32Array(A.rows).fill(NONE);
    for (let j = 0; j < A.cols; j++) {
      for (let k = A.start[j]; k < A.start[j + 1]; k++) {
        this.column[A.index[k]] = j;
        this.entry[A.index[k]] = k;
      }
    }
  }

  static takes(structure: ConeStructure): boolean {
    const { P, A } = structure;
    for (let j = 0; j < P.cols; j++) if (P.start[j + 1] !== j + 1 || P.index[j] !== j) return false;
    const seen = new Uint8Array(A.rows);
    for (const i of A.index) if (seen[i]++ > 0) return false;
    return seen.every((count) => count === 1) && isPolyhedral(structure);
  }

  solve(program: ProgramData): ConeSolution | undefined {
    const { P, q, A, b } = program;
    const binding = this.bindingRows(program);
    if (!binding) return undefined;
    const { entry } = this;
    const solve = (f: Float64Array, g: Float64Array, x: Float64Array, z: Float64Array): number => {
      z.fill(0);
      for (let j = 0; j < x.length; j++) {
        const i = binding.rows[j];
        if (i === NONE) x[j] = f[j] / P.value[j];
        else {
          x[j] = g[i] / A.value[entry[i]] + 0; // no -0
          z[i] = (f[j] - P.value[j] * x[j]) / A.value[entry[i]];
        }
      }
      return 0;
    };
    const [minusQ, x, z, s] = vectorsOf(q.length, q.length, b.length, b.length);
    for (let j = 0; j < q.length; j++) minusQ[j] = -q[j];
    solve(minusQ, b, x, z);
    s.set(b);
    addTimes(A, -1, x, s);
    for (const i of binding.rows) if (i !== NONE) s[i] = 0;
    return exactSolution(program, { x, s, z }, { solve }, { residual: 0, clear: binding.clear, iterations: 0 });
  }

  /** That of `solve`, where it is not at hand: the same, bit for bit. */
  differentiate(program: ProgramData): SolutionDerivative | undefined {
    return this.solve(program)?.derivative;
  }

  /** The row that binds each unknown, if any, and how clearly rows do or do not; nothing at a kink. */
  private bindingRows({ P, q, A, b }: ProgramData): { rows: Int32Array; clear: number } | undefined {
    const { equal, column, entry } = this;
    const [free, x] = vectorsOf(q.length, q.length);
    for (let j = 0; j < q.length; j++) x[j] = free[j] = P.value[j] > 0 ? -q[j] / P.value[j] : NaN;
    const rows = new Int32Array(q.length).fill(NONE);
    for (let i = 0; i < b.length; i++) {
      const [j, a] = [column[i], A.value[entry[i]]];
      if (!equal[i] && !((x[j] - b[i] / a) * a > 0)) continue;
      if (rows[j] !== NONE && (equal[i] || equal[rows[j]])) return undefined;
      [rows[j], x[j]] = [i, b[i] / a];
    }
    let clear = Infinity;
    for (let i = 0; i < b.length; i++) {
      const [j, a] = [column[i], A.value[entry[i]]];
      if (equal[i]) continue;
      const beyond = rows[j] === i ? free[j] : x[j];
      const distance = (rows[j] === i ? 1 : -1) * (beyond - b[i] / a) * Math.sign(a);
      clear = Math.min(clear, distance / (MARGIN * (Math.abs(beyond) + Math.abs(b[i] / a))));
    }
    return clear > 1 && x.every(Number.isFinite) ? { rows, clear } : undefined;
  }
}
