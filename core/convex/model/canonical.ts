import { LossError } from '../../errors.js';
import { sparseOf, type SparseMatrix, type Triplet } from '../linear-algebra/sparse.js';
import type { ConeKind } from '../cones/index.js';
import type { ConeProgram } from '../solver/cone-program.js';
import type { DataChange } from '../solver/linearisation.js';
import { type AffineEntries, type AffineMap, affineMap, type Coefficient } from './affine-map.js';
import { type Constraint, dualShape } from './constraint.js';
import type { Parameter, Variable } from './expression.js';
import { NONE, rowsOf, termsOf } from './form.js';
import { CONE_ORDER, type ConeRows, type Lowering } from './lowering.js';
import type { ObjectiveTerms } from './objective.js';
import type { ObjectiveValue } from './objective-value.js';
import { entriesOf, type Shape } from './shape.js';
import { textOf } from './text.js';

/**
 * Where the entries of an array are in a vector: entry k is scale[k] vector[index[k]]; those of symmetric matrices
 * share places.
 */
export interface Reading {
  readonly shape: Shape;
  readonly index: Int32Array;
  readonly scale: Float64Array;
  /** Are they logarithms of the entries? So for variables of geometric programs. */
  readonly logs: boolean;
}

/** Where the entries of a parameter are in the vector of all. */
export interface ParameterPlace {
  readonly parameter: Parameter;
  readonly offset: number;
  readonly size: number;
  /** Are they logarithms of the entries? So in geometric programs, but for exponents. */
  readonly logs: boolean;
}

/**
 * A problem as a cone program whose numbers are affine in the vector theta of all parameters: data = M theta +
 * constants, M sparse.
 */
export interface Canonical {
  /** Patterns, with values of zero, and cones. */
  readonly structure: Pick<ConeProgram, 'P' | 'A' | 'cones'>;
  readonly parameters: readonly ParameterPlace[];
  /** The length of theta. */
  readonly size: number;
  /** M and the constants, of each part of the data. */
  readonly entries: Readonly<Record<keyof DataChange, AffineEntries>>;
  /** M theta + constants */
  data(theta: Float64Array): DataChange;
  /** M dTheta */
  pushForward(dTheta: Float64Array): DataChange;
  /** M^T change */
  pullBack(change: DataChange): Float64Array;
  /** How to read a variable from x. */
  variable(variable: Variable): Reading;
  /** How to read the dual of a constraint from z; see `dual` in problem.ts for signs. */
  dual(constraint: Constraint): Reading;
  /** What is minimised: 1/2 x^T P x + q^T x and what does not depend on x. */
  readonly value: ObjectiveValue;
  /** The value of the problem as it was written, for one of what is minimised. */
  asWritten(value: number): number;
}

/** The cone program with these numbers. */
export function programOf({ structure: { P, A, cones } }: Canonical, data: DataChange): ConeProgram {
  return { P: { ...P, value: data.P }, q: data.q, A: { ...A, value: data.A }, b: data.b, cones };
}

/** Lays out what was lowered as one program. */
export function canonicalOf(
  sense: 'minimize' | 'maximize',
  lowering: Lowering,
  objective: ObjectiveTerms,
  rows: ReadonlyMap<Constraint, readonly ConeRows[]>,
): Canonical {
  const { cones, first, total } = layOut(lowering.cones);
  const n = lowering.columns;
  const P = patternOf(n, n, objective.quadratic);
  const A = patternOf(total, n, rowEntries(lowering.cones, first, -1));
  const maps: Readonly<Record<keyof DataChange, AffineMap>> = {
    P: P.map,
    q: affineMap(n, objective.linear.map((term) => ({ ...term, target: term.col }))),
    A: A.map,
    b: affineMap(total, boundEntries(lowering.cones, first)),
  };
  const size = lowering.parameters;
  const places = [...lowering.offsetOf].map(([parameter, offset]) => ({
    parameter,
    offset,
    size: entriesOf(parameter.shape),
    logs: false,
  }));
  const through = (of: (map: AffineMap) => Float64Array): DataChange => {
    return { P: of(maps.P), q: of(maps.q), A: of(maps.A), b: of(maps.b) };
  };
  const sign = sense === 'minimize' ? 1 : -1;
  return {
    structure: { P: P.matrix, A: A.matrix, cones },
    parameters: places,
    size,
    entries: { P: maps.P.entries, q: maps.q.entries, A: maps.A.entries, b: maps.b.entries },
    data: (theta) => through((map) => map.apply(theta)),
    pushForward: (dTheta) => through((map) => map.push(dTheta)),
    pullBack(change) {
      const out = new Float64Array(size);
      for (const part of ['P', 'q', 'A', 'b'] as const) if (maps[part].varies) maps[part].pull(change[part], out);
      return out;
    },
    variable(variable) {
      const index = lowering.columnsOf.get(variable);
      if (!index) {
        throw new LossError(
          'PARAMS',
          `problem: variable ${textOf(variable)} is in neither its objective nor its constraints`,
        );
      }
      return { shape: variable.shape, index, scale: new Float64Array(index.length).fill(1), logs: false };
    },
    dual: (constraint) => dualReading(constraint, rows.get(constraint), first),
    value: objective.value,
    asWritten: (value) => sign * value,
  };
}

/** The cones in the order of a program, the first row of each group of rows, and the number of rows. */
function layOut(groups: readonly ConeRows[]): { cones: ConeKind[]; first: Map<ConeRows, number>; total: number } {
  const first = new Map<ConeRows, number>();
  const cones: ConeKind[] = [];
  let total = 0;
  for (const kind of CONE_ORDER) {
    const begin = total;
    for (const group of groups) {
      if (group.kind !== kind) continue;
      first.set(group, total);
      total += rowsOf(group.form);
      if (kind !== 'zero' && kind !== 'nonnegative') cones.push(coneKindOf(group));
    }
    if ((kind === 'zero' || kind === 'nonnegative') && total > begin) cones.push({ kind, size: total - begin });
  }
  return { cones, first, total };
}

function coneKindOf({ kind, form, order = 0, alpha = 0 }: ConeRows): ConeKind {
  switch (kind) {
    case 'semidefinite':
      return { kind, order };
    case 'exponential':
      return { kind };
    case 'power':
      return { kind, alpha };
    default:
      return { kind, size: rowsOf(form) };
  }
}

/** One coefficient of a matrix. */
interface MatrixTerm {
  readonly row: number;
  readonly col: number;
  readonly param: number;
  readonly value: number;
}

/** s = G x + h: the entries of A = -G. */
function rowEntries(groups: readonly ConeRows[], first: ReadonlyMap<ConeRows, number>, sign: number): MatrixTerm[] {
  return groups.flatMap((group) => termsByRow(group, first).filter(({ col }) => col !== NONE))
    .map((term) => ({ ...term, value: sign * term.value }));
}

/** The entries of b = h. */
function boundEntries(groups: readonly ConeRows[], first: ReadonlyMap<ConeRows, number>): Coefficient[] {
  return groups.flatMap((group) => termsByRow(group, first).filter(({ col }) => col === NONE))
    .map(({ row, param, value }) => ({ target: row, param, value }));
}

function termsByRow(group: ConeRows, first: ReadonlyMap<ConeRows, number>): MatrixTerm[] {
  const begin = first.get(group) ?? 0;
  return Array.from(
    { length: rowsOf(group.form) },
    (_, i) => termsOf(group.form, i).map((term) => ({ ...term, row: begin + i })),
  ).flat();
}

/** The pattern of a matrix with these coefficients, and the map from parameters to its values. */
function patternOf(rows: number, cols: number, terms: readonly MatrixTerm[]): { matrix: SparseMatrix; map: AffineMap } {
  const places = terms.map(({ row, col }): Triplet => [row, col, 0]);
  const matrix = sparseOf(rows, cols, places);
  const at = new Map<number, number>();
  for (let j = 0; j < cols; j++) {
    for (let k = matrix.start[j]; k < matrix.start[j + 1]; k++) at.set(j * rows + matrix.index[k], k);
  }
  const coefficients = terms.map(({ row, col, param, value }) => ({
    target: at.get(col * rows + row) ?? 0,
    param,
    value,
  }));
  return { matrix, map: affineMap(matrix.index.length, coefficients) };
}

function dualReading(
  constraint: Constraint,
  groups: readonly ConeRows[] | undefined,
  first: ReadonlyMap<ConeRows, number>,
): Reading {
  if (!groups) throw new LossError('PARAMS', `problem: ${constraint.text} is not among its constraints`);
  const shape = dualShape(constraint);
  const rows = groups.flatMap((group) =>
    Array.from({ length: rowsOf(group.form) }, (_, i) => (first.get(group) ?? 0) + i)
  );
  if (constraint.kind !== 'semidefinite') {
    return { shape, index: Int32Array.from(rows), scale: new Float64Array(rows.length).fill(1), logs: false };
  }
  const [n] = shape;
  const places = Array.from({ length: n * n }, (_, entry) => {
    const [i, j] = [Math.floor(entry / n), entry % n];
    return i < j ? [i, j] : [j, i];
  });
  return {
    shape,
    index: Int32Array.from(places, ([i, j]) => rows[(j * (j + 1)) / 2 + i]),
    scale: Float64Array.from(places, ([i, j]) => (i === j ? 1 : Math.SQRT1_2)),
    logs: false,
  };
}
