import { type ConeSolution, type ConeStructure, isSolved, type ProgramData } from './cone-program.js';
import type { Hints, LayerDerivative, LayerSolver } from './cone-solver.js';
import type { SparseMatrix } from '../linear-algebra/sparse.js';
import type { DataChange, SolutionChange, SolutionDerivative } from './linearisation.js';

/** A solution and that of the program in (x, r). */
interface ElasticSolution extends ConeSolution {
  readonly wide: ConeSolution;
}

/**
 * Solves programs as another solver does, but those that are infeasible with their constraints shifted by r,
 *
 *     minimise 1/2 x^T P x + q^T x + weight / 2 |r|^2    subject to   A x + s = b + r,  s in K,
 *
 * r being 0 outside of the `rows` given. So there is one r, z = weight r, and both have a derivative wherever that
 * program has one. As the weight grows, r becomes the least shift that leaves a feasible program, and x its
 * solution: the closest feasible program of Bambade et al. (Leveraging augmented-Lagrangian techniques for
 * differentiating over infeasible quadratic programs in machine learning, ICLR 2024), from which both are of order
 * 1 / weight. Programs without a bound however they are shifted stay infeasible.
 */
export class ElasticSolver implements LayerSolver {
  private wide: LayerSolver | undefined;
  private readonly structure: ConeStructure;

  constructor(
    private readonly plain: LayerSolver,
    structure: ConeStructure,
    private readonly rows: Int32Array,
    private readonly weight: number,
    private readonly solverOf: (structure: ConeStructure) => LayerSolver,
  ) {
    this.structure = { ...this.widened(structure), cones: structure.cones };
  }

  solve(program: ProgramData, hints?: Hints): ConeSolution | ElasticSolution {
    const solution = this.plain.solve(program, hints);
    if (solution.status !== 'infeasible') return solution;
    this.wide ??= this.solverOf(this.structure);
    const wide = this.widened(program);
    const found = this.wide.solve(wide);
    if (!isSolved(found)) return solution;
    const { x, s, z } = this.wide.differentiate(wide, found);
    const { objective, iterations, residuals } = found;
    const n = program.q.length;
    const shift = new Float64Array(z.length);
    this.rows.forEach((row, k) => (shift[row] = x[n + k]));
    return { status: 'elastic', x: x.slice(0, n), s, z, objective, iterations, residuals, shift, wide: found };
  }

  differentiate(program: ProgramData, solution: ConeSolution | ElasticSolution, smoothing = 0): LayerDerivative {
    if (!this.wide || !('wide' in solution)) return this.plain.differentiate(program, solution, smoothing);
    return this.narrowed(this.wide.differentiate(this.widened(program), solution.wide, smoothing), program);
  }

  /** The program in (x, r): the columns of r are the last. */
  private widened<T extends Partial<ProgramData> & Pick<ProgramData, 'P' | 'A'>>(program: T): T {
    const { rows, weight } = this;
    const squares = Array.from(rows, (_, k) => program.P.cols + k);
    const wide = {
      ...program,
      P: withColumns(program.P, program.P.rows + rows.length, squares, weight),
      A: withColumns(program.A, program.A.rows, rows, -1),
    };
    return program.q ? { ...wide, q: joined(program.q, new Float64Array(rows.length)) } : wide;
  }

  /** Of x alone: r is part of the program, not of its data. */
  private narrowed(wide: LayerDerivative, { P, q, A }: ProgramData): LayerDerivative {
    const none = new Float64Array(this.rows.length);
    const short = <T extends SolutionChange>(change: T): T => ({ ...change, x: change.x.slice(0, q.length) });
    const widened = (data: DataChange): DataChange => {
      return { P: joined(data.P, none), q: joined(data.q, none), A: joined(data.A, none), b: data.b };
    };
    const curvature: SolutionDerivative['curvature'] = (cotangent, directions) => {
      const curved = wide.curvature!({ ...cotangent, x: joined(cotangent.x, none) }, directions.map(widened));
      return { ...curved, tangents: curved.tangents.map(short) };
    };
    return {
      ...short({ x: wide.x, s: wide.s, z: wide.z }),
      residual: wide.residual,
      doubt: () => wide.doubt(),
      tangent: (data) => short(wide.tangent(widened(data))),
      ...(wide.curvature && { curvature }),
      adjoint: (cotangent) => {
        const change = wide.adjoint({ ...cotangent, x: joined(cotangent.x, none) });
        const [onP, onA] = [change.P.slice(0, P.value.length), change.A.slice(0, A.value.length)];
        return { ...change, P: onP, q: change.q.slice(0, q.length), A: onA };
      },
    };
  }
}

/** A matrix with columns of one entry each added behind its own. */
function withColumns(M: SparseMatrix, rows: number, at: ArrayLike<number>, value: number): SparseMatrix {
  const size = M.value.length;
  const start = new Int32Array(M.start.length + at.length);
  const index = new Int32Array(size + at.length);
  start.set(M.start);
  index.set(M.index);
  for (let k = 0; k < at.length; k++) {
    start[M.start.length + k] = size + k + 1;
    index[size + k] = at[k];
  }
  return {
    rows,
    cols: M.cols + at.length,
    start,
    index,
    value: joined(M.value, new Float64Array(at.length).fill(value)),
  };
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
