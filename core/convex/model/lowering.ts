import { sharedShape } from './constraint.js';
import type { Constraint } from './expression.js';
import type { AtomCall, Expression, Parameter, Variable } from './expression.js';
import { constantForm, type Form, formOf, joinedForm, mapForm, multiplyForms, NONE, type Term } from './form.js';
import { gatherMap, rowMap } from './row-map.js';
import { broadcastIndex, checkCount, entriesOf } from './shape.js';

/** The order in which cones follow one another in a program. */
export const CONE_ORDER = ['zero', 'nonnegative', 'second-order', 'semidefinite', 'exponential', 'power'] as const;

/** Rows that are one cone, or part of the one zero or nonnegative cone. */
export interface ConeRows {
  readonly kind: (typeof CONE_ORDER)[number];
  readonly form: Form;
  /** Of a semidefinite cone. */
  readonly order?: number;
  /** Of a power cone. */
  readonly alpha?: number;
}

/**
 * Turns expressions to forms in the columns of one program; functions that are not affine become variables with cones.
 */
export class Lowering {
  /** The number of unknowns so far. */
  columns = 0;
  /** The number of entries of all parameters so far. */
  parameters = 0;
  readonly cones: ConeRows[] = [];
  /** The column of each entry of a variable. */
  readonly columnsOf = new Map<Variable, Int32Array>();
  /** Where the entries of a parameter begin. */
  readonly offsetOf = new Map<Parameter, number>();
  private readonly forms = new Map<Expression, Form>();
  private readonly expansions = new Map<AtomCall, Expression>();

  /** The form of an affine expression, or one above (below) a convex (concave) expression which the cones tie to it. */
  form(expression: Expression): Form {
    const known = this.forms.get(expression);
    if (known) return known;
    const form = this.lower(expression);
    this.forms.set(expression, form);
    return form;
  }

  private lower(expression: Expression): Form {
    switch (expression.kind) {
      case 'constant':
        return constantForm(expression.data);
      case 'variable':
        return formOf(Array.from(this.declare(expression), (col) => [{ col, param: NONE, value: 1 }]));
      case 'parameter':
        return this.parameterForm(expression);
      case 'linear':
        return mapForm(expression.map, joinedForm(expression.args.map((argument) => this.form(argument))));
      case 'product':
        return multiplyForms(expression.pairs, this.form(expression.args[0]), this.form(expression.args[1]));
      case 'atom':
        return this.form(this.expand(expression));
    }
  }

  /** What stands for the call of a function; its constraints are imposed. */
  expand(call: AtomCall): Expression {
    const known = this.expansions.get(call);
    if (known) return known;
    const { value, subjectTo = [] } = call.graph(...call.args);
    this.expansions.set(call, value);
    for (const constraint of subjectTo) this.impose(constraint);
    return value;
  }

  /**
   * The columns of a variable, given to it now if it has none. A symmetric matrix has one for each entry of its upper
   * triangle.
   */
  declare(variable: Variable): Int32Array {
    const known = this.columnsOf.get(variable);
    if (known) return known;
    const { shape, symmetric } = variable;
    const first = this.columns;
    const columns = Int32Array.from({ length: entriesOf(shape) }, (_, entry) => {
      if (!symmetric) return first + entry;
      const [i, j] = [Math.floor(entry / shape[0]), entry % shape[0]];
      const [low, high] = i < j ? [i, j] : [j, i];
      return first + (high * (high + 1)) / 2 + low;
    });
    this.columns += symmetric ? (shape[0] * (shape[0] + 1)) / 2 : entriesOf(shape);
    checkCount(this.columns, 'problem, all variables');
    this.columnsOf.set(variable, columns);
    if (variable.psd) this.cones.push(semidefinite(this.form(variable), shape[0]));
    if (variable.nonneg) this.cones.push({ kind: 'nonnegative', form: this.onceEach(first) });
    return columns;
  }

  /** Rows that are the columns from `first` on. */
  private onceEach(first: number): Form {
    return formOf(Array.from({ length: this.columns - first }, (_, k) => [{ col: first + k, param: NONE, value: 1 }]));
  }

  /** A new unknown. */
  fresh(): number {
    return this.columns++;
  }

  /** The place of a parameter among all, given to it now if it has none. */
  offset(parameter: Parameter): number {
    const known = this.offsetOf.get(parameter);
    if (known !== undefined) return known;
    const offset = this.parameters;
    this.parameters += entriesOf(parameter.shape);
    checkCount(this.parameters, 'problem, all parameters');
    this.offsetOf.set(parameter, offset);
    return offset;
  }

  /** Entries of a symmetric parameter are the mean of the two that are equal, so that gradients are symmetric. */
  private parameterForm(parameter: Parameter): Form {
    const offset = this.offset(parameter);
    const { shape: [n], symmetric } = parameter;
    return formOf(Array.from({ length: entriesOf(parameter.shape) }, (_, entry): Term[] => {
      if (!symmetric) return [{ col: NONE, param: offset + entry, value: 1 }];
      const mirrored = (entry % n) * n + Math.floor(entry / n);
      return [entry, mirrored].map((k) => ({ col: NONE, param: offset + k, value: 0.5 }));
    }));
  }

  /** Adds the rows of a constraint; returns those. */
  impose(constraint: Constraint): readonly ConeRows[] {
    const rows = this.rowsOf(constraint);
    for (const group of rows) this.cones.push(group);
    return rows;
  }

  private rowsOf(constraint: Constraint): ConeRows[] {
    switch (constraint.kind) {
      case 'inequality':
        return [{ kind: 'nonnegative', form: this.form(constraint.slack) }];
      case 'equality':
        return [{ kind: 'zero', form: this.form(constraint.slack) }];
      case 'second-order':
        return this.secondOrder(constraint.t, constraint.x);
      case 'semidefinite':
        return [semidefinite(this.form(constraint.X), constraint.X.shape[0])];
      case 'exponential':
        return this.triples(constraint.args).map((form) => ({ kind: 'exponential', form }));
      case 'power':
        return this.triples(constraint.args).map((form) => ({ kind: 'power', form, alpha: constraint.alpha }));
    }
  }

  private secondOrder(t: Expression, x: Expression): ConeRows[] {
    const count = entriesOf(t.shape);
    const size = entriesOf(x.shape) / count;
    const both = joinedForm([this.form(t), this.form(x)]);
    return Array.from({ length: count }, (_, i) => {
      const rows = Int32Array.from({ length: 1 + size }, (_, k) => (k === 0 ? i : count + i * size + k - 1));
      return { kind: 'second-order', form: mapForm(gatherMap(rows), both) };
    });
  }

  private triples(args: readonly Expression[]): Form[] {
    const shape = sharedShape('cone', args);
    const entries = args.map((argument) => broadcastIndex(argument.shape, shape));
    const forms = args.map((argument) => this.form(argument));
    return Array.from({ length: entriesOf(shape) }, (_, i) => {
      return joinedForm(forms.map((form, k) => mapForm(gatherMap(entries[k].subarray(i, i + 1)), form)));
    });
  }
}

/** The symmetric part of a matrix (order, order) as a semidefinite cone takes it. */
function semidefinite(form: Form, order: number): ConeRows {
  const places: (readonly [number, number])[] = [];
  for (let j = 0; j < order; j++) for (let i = 0; i <= j; i++) places.push([i, j]);
  const packed = rowMap(places.length, (row, put) => {
    const [i, j] = places[row];
    if (i === j) put(i * order + i, 1);
    else for (const entry of [i * order + j, j * order + i]) put(entry, Math.SQRT1_2);
  });
  return { kind: 'semidefinite', form: mapForm(packed, form), order };
}
