import { LossError } from '../../errors.js';
import { checkEntries, sortedBy } from '../linear-algebra/sparse.js';
import type { SparseMatrix } from '../linear-algebra/sparse.js';
import type { ConeKind } from '../cones/index.js';
import type { ConeProgram, ConeStructure } from '../solver/cone-program.js';
import type { DataChange } from '../solver/linearisation.js';
import { type AffineEntries, type AffineMap, affineMap } from './affine-map.js';
import { dualShape } from './constraint.js';
import type { Constraint } from './expression.js';
import type { Parameter, Variable } from './expression.js';
import { NONE, rowsOf, type Term } from './form.js';
import { CONE_ORDER, type ConeRows, type Lowering } from './lowering.js';
import type { ObjectiveTerms, QuadraticTerm } from './objective.js';
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
  readonly structure: ConeStructure;
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
export function programOf({ structure: { P, A, cones } }: Pick<Canonical, 'structure'>, data: DataChange): ConeProgram {
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
  const P = patternOf(n, n, termsFrom(objective.quadratic));
  const A = patternOf(total, n, rowTerms(lowering.cones, first, (col) => col !== NONE, -1));
  const linear = termsFrom(objective.linear);
  const bounds = rowTerms(lowering.cones, first, (col) => col === NONE, 1);
  const maps: Readonly<Record<keyof DataChange, AffineMap>> = {
    P: P.map,
    q: affineMap(n, { ...linear, target: linear.col }),
    A: A.map,
    b: affineMap(total, { ...bounds, target: bounds.row }),
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

/** Coefficients of a matrix: value[k] theta[param[k]], or value[k] alone, in row[k] and col[k]. */
interface Terms {
  readonly row: Int32Array;
  readonly col: Int32Array;
  readonly param: Int32Array;
  readonly value: Float64Array;
}

function termsFrom(terms: readonly (Term & Partial<QuadraticTerm>)[]): Terms {
  return {
    row: Int32Array.from(terms, ({ row = 0 }) => row),
    col: Int32Array.from(terms, ({ col }) => col),
    param: Int32Array.from(terms, ({ param }) => param),
    value: Float64Array.from(terms, ({ value }) => value),
  };
}

/** Those terms of s = G x + h whose columns are to be kept, times `scale`: A = -G and b = h. */
function rowTerms(
  groups: readonly ConeRows[],
  first: ReadonlyMap<ConeRows, number>,
  keep: (col: number) => boolean,
  scale: number,
): Terms {
  const count = groups.reduce(
    (sum, { form }) => sum + form.col.reduce((kept, col) => kept + (keep(col) ? 1 : 0), 0),
    0,
  );
  checkEntries(count, 'its constraints');
  const [row, col, param] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  const value = new Float64Array(count);
  let at = 0;
  for (const group of groups) {
    const { form } = group;
    const begin = first.get(group) ?? 0;
    for (let i = 0; i < rowsOf(form); i++) {
      for (let k = form.start[i]; k < form.start[i + 1]; k++) {
        if (!keep(form.col[k])) continue;
        [row[at], col[at], param[at], value[at]] = [begin + i, form.col[k], form.param[k], scale * form.value[k]];
        at++;
      }
    }
  }
  return { row, col, param, value };
}

/** The pattern of a matrix with these coefficients, and the map from parameters to its values. */
function patternOf(rows: number, cols: number, terms: Terms): { matrix: SparseMatrix; map: AffineMap } {
  const { row, col } = terms;
  const start = new Int32Array(cols + 1);
  const index = new Int32Array(row.length);
  const target = new Int32Array(row.length);
  let [count, before] = [0, -1];
  for (const k of sortedBy(col, cols, sortedBy(row, rows))) {
    if (before < 0 || row[k] !== row[before] || col[k] !== col[before]) {
      index[count++] = row[k];
      start[col[k] + 1]++;
    }
    target[k] = count - 1;
    before = k;
  }
  for (let j = 0; j < cols; j++) start[j + 1] += start[j];
  const matrix = { rows, cols, start, index: index.slice(0, count), value: new Float64Array(count) };
  return { matrix, map: affineMap(count, { ...terms, target }) };
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
