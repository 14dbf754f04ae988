import { LossError } from '../../errors.js';
import { dot, largest } from '../../linear-algebra/vectors.js';
import { addSymmetricTimes, addTimes, addTransposedTimes, symmetricForm } from '../linear-algebra/sparse.js';
import { type Cone, coneOf } from '../cones/index.js';
import {
  type ConeProgram,
  type ConeSolution,
  type ConeStructure,
  isSolved,
  type ProgramData,
  type Residuals,
  type SolverSettings,
  type Status,
} from './cone-program.js';
import type { ConePoint, ConeSolver, LayerDerivative, LayerSolver } from './cone-solver.js';
import { InteriorPoint } from './interior-point.js';
import type { DataChange, SolutionChange } from './linearisation.js';

const STATUSES: readonly Status[] = ['solved', 'inaccurate', 'infeasible', 'unbounded', 'not-converged'];

/**
 * A user's own solver for programs of one structure. What it returns is checked: PARAMS, SHAPE or NONFINITE where it is
 * not a solution's; a `solved` whose residuals are above the square root of the tolerance is `not-converged`.
 */
export class OwnSolver implements LayerSolver {
  private readonly ours: InteriorPoint;
  /** Of their own, since the scalings of those of `ours` belong to a factorisation. */
  private readonly cones: readonly Cone[];

  constructor(
    private readonly own: ConeSolver,
    private readonly structure: ConeStructure,
    private readonly settings: SolverSettings,
  ) {
    if (typeof own.solve !== 'function') {
      throw new LossError('PARAMS', `solver: solve should be a function, got ${typeof own.solve}`);
    }
    this.cones = structure.cones.map(coneOf);
    this.ours = new InteriorPoint(structure, settings);
  }

  solve(program: ProgramData): ConeSolution {
    const found = this.own.solve(this.whole(program));
    if (!STATUSES.includes(found.status)) {
      const statuses = STATUSES.join(', ');
      throw new LossError('PARAMS', `solver: status should be one of ${statuses}, got ${String(found.status)}`);
    }
    checkPoint('solution', found, program);
    const { x, s, z, iterations = 0 } = found;
    const residuals = residualsOf(program, found, this.cones);
    const error = Math.max(residuals.primal, residuals.dual, residuals.gap);
    const status = isSolved(found) && !(error <= Math.sqrt(this.settings.tolerance)) ? 'not-converged' : found.status;
    return { status, x, s, z, objective: objectiveOf(program, found), iterations, residuals };
  }

  differentiate(program: ProgramData, solution: ConeSolution, smoothing = 0): LayerDerivative {
    const theirs = smoothing === 0 ? this.own.differentiate?.(this.whole(program), solution) : undefined;
    if (!theirs) return this.ours.differentiate(program, solution, smoothing);
    const { x, s, z, residuals: { primal, dual, gap } } = solution;
    return {
      ...{ x, s, z },
      residual: Math.max(primal, dual, gap),
      doubt: () => NaN,
      tangent(data) {
        const change = theirs.tangent(data);
        checkPoint('tangent', change, program);
        return { ...change, residual: change.residual ?? 0 };
      },
      adjoint(cotangent) {
        const change = theirs.adjoint(cotangent);
        checkChange(change, program);
        return { ...change, residual: change.residual ?? 0 };
      },
    };
  }

  private whole(program: ProgramData): ConeProgram {
    return { ...program, cones: this.structure.cones };
  }
}

function checkPoint(what: string, { x, s, z }: SolutionChange, { q, b }: ProgramData): void {
  checkArray(`${what}.x`, x, q.length);
  checkArray(`${what}.s`, s, b.length);
  checkArray(`${what}.z`, z, b.length);
}

function checkChange(change: DataChange, { P, q, A, b }: ProgramData): void {
  checkArray('adjoint.P', change.P, P.value.length);
  checkArray('adjoint.q', change.q, q.length);
  checkArray('adjoint.A', change.A, A.value.length);
  checkArray('adjoint.b', change.b, b.length);
}

function checkArray(name: string, value: unknown, length: number): void {
  if (!(value instanceof Float64Array) || value.length !== length) {
    const got = value instanceof Float64Array ? `one of ${value.length}` : typeof value;
    throw new LossError('SHAPE', `solver: ${name} should be a Float64Array of ${length} entries, got ${got}`);
  }
  const at = value.findIndex((entry) => !Number.isFinite(entry));
  if (at >= 0) throw new LossError('NONFINITE', `solver: ${name} should be finite, got ${value[at]} at ${at}`);
}

function objectiveOf({ P, q }: ProgramData, { status, x }: ConePoint): number {
  if (status === 'infeasible') return Infinity;
  return status === 'unbounded' ? -Infinity : symmetricForm(P, x, x) / 2 + dot(q, x);
}

/**
 * Each relative to the largest term of what it is the difference of, or to 1; the distances of s and z from their cones
 * count with those of their equations.
 */
function residualsOf({ P, q, A, b }: ProgramData, { x, s, z }: ConePoint, cones: readonly Cone[]): Residuals {
  const [rows, columns] = [s.map((value, i) => value - b[i]), q.slice()];
  addTimes(A, 1, x, rows);
  addSymmetricTimes(P, 1, x, columns);
  addTransposedTimes(A, 1, z, columns);
  const [square, linear, bound] = [symmetricForm(P, x, x), dot(q, x), dot(b, z)];
  return {
    primal: Math.max(largest(rows), outside(s, cones, 1)) / Math.max(1, largest(b), largest(s)),
    dual: Math.max(largest(columns), outside(z, cones, -1)) / Math.max(1, largest(q)),
    gap: Math.abs(square + linear + bound) / Math.max(1, Math.abs(square / 2 + linear)),
  };
}

/** How far s is outside of its cones (side 1), or z of their duals (side -1), to about 1e-9. */
function outside(x: Float64Array, cones: readonly Cone[], side: 1 | -1): number {
  const v = x.map((value) => side * value);
  const [s, z] = [new Float64Array(x.length), new Float64Array(x.length)];
  let from = 0;
  for (const cone of cones) {
    const part = (of: Float64Array): Float64Array => of.subarray(from, from + cone.size);
    cone.project(part(v), 1e-18, part(s), part(z));
    from += cone.size;
  }
  return largest(side === 1 ? z : s);
}
