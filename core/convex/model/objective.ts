import { isAffine } from './curvature.js';
import type { AtomCall, Expression } from './expression.js';
import { type Form, FormWriter, formOf, mapForm, NONE, putProduct, rowsOf, type Term, termsOf } from './form.js';
import type { Lowering } from './lowering.js';
import { transposeRows } from './row-map.js';
import { entriesOf } from './shape.js';

/** A coefficient value theta[param] of 1/2 x_row x_col (twice, off the diagonal), row <= col. */
export interface QuadraticTerm extends Term {
  readonly row: number;
}

/** The terms of a minimised objective; those of `linear` without a column are its constant. */
export interface ObjectiveTerms {
  readonly quadratic: QuadraticTerm[];
  readonly linear: Term[];
}

/** A number of the program: scale x_col + offset. */
interface Coordinate {
  readonly col: number;
  readonly scale: number;
  readonly offset: number;
}

/** The terms of an expression to be minimised. Squares stay squares; the rest of what is not affine goes to cones. */
export function lowerObjective(expression: Expression, lowering: Lowering): ObjectiveTerms {
  const objective = new ObjectiveLowering(lowering);
  objective.add(expression, formOf([[{ col: NONE, param: NONE, value: 1 }]]));
  return objective;
}

class ObjectiveLowering implements ObjectiveTerms {
  readonly quadratic: QuadraticTerm[] = [];
  readonly linear: Term[] = [];

  constructor(private readonly lowering: Lowering) {}

  /** Adds sum_i weight_i expression_i; weights are forms without unknowns. */
  add(expression: Expression, weights: Form): void {
    if (isAffine(expression.jointCurvature)) return this.addAffine(this.lowering.form(expression), weights);
    switch (expression.kind) {
      case 'linear': {
        const all = mapForm(transposeRows(expression.map, totalEntries(expression.args)), weights);
        let first = 0;
        for (const argument of expression.args) {
          const size = entriesOf(argument.shape);
          this.add(argument, formOf(Array.from({ length: size }, (_, k) => termsOf(all, first + k))));
          first += size;
        }
        return;
      }
      case 'product':
        return this.addProduct(expression, weights);
      case 'atom':
        return this.addCall(expression, weights);
      default:
        return this.addAffine(this.lowering.form(expression), weights);
    }
  }

  private addAffine(form: Form, weights: Form): void {
    const writer = new FormWriter();
    for (let row = 0; row < rowsOf(form); row++) putProduct(writer, form, row, weights, row);
    writer.endRow();
    for (const term of termsOf(writer.done(), 0)) this.linear.push(term);
  }

  /** The factor without variables becomes part of the weights of the other. */
  private addProduct({ args, pairs }: Expression & { kind: 'product' }, weights: Form): void {
    const dataFirst = args[0].curvature === 'constant';
    const [data, rest] = dataFirst ? args : [args[1], args[0]];
    const [ofData, ofRest] = dataFirst ? [pairs.left, pairs.right] : [pairs.right, pairs.left];
    const factors = this.lowering.form(data);
    const writers = Array.from({ length: entriesOf(rest.shape) }, (): [number, number][] => []);
    for (let row = 0; row < rowsOf(weights); row++) {
      for (let k = pairs.start[row]; k < pairs.start[row + 1]; k++) writers[ofRest[k]].push([row, ofData[k]]);
    }
    const writer = new FormWriter();
    for (const products of writers) {
      for (const [row, entry] of products) putProduct(writer, weights, row, factors, entry);
      writer.endRow();
    }
    this.add(rest, writer.done());
  }

  private addCall(call: AtomCall, weights: Form): void {
    if (call.quadratic?.P) return this.addQuadratic(call.quadratic.x, call.quadratic.P, termsOf(weights, 0));
    if (call.quadratic) return this.addSquares(call.quadratic.x, weights);
    this.add(call.inObjective ? call.inObjective(...call.args) : this.lowering.expand(call), weights);
  }

  private addSquares(x: Expression, weights: Form): void {
    this.coordinatesOf(x).forEach((coordinate, i) => this.addPair(coordinate, coordinate, termsOf(weights, i)));
  }

  /** weight x^T P x: not both the weight and P have parameters. */
  private addQuadratic(x: Expression, P: Expression, weight: readonly Term[]): void {
    const coordinates = this.coordinatesOf(x);
    const n = coordinates.length;
    const [matrix, factor] = [this.lowering.form(P), formOf([weight])];
    for (let entry = 0; entry < n * n; entry++) {
      const writer = new FormWriter();
      putProduct(writer, matrix, entry, factor, 0);
      writer.endRow();
      this.addPair(coordinates[Math.floor(entry / n)], coordinates[entry % n], termsOf(writer.done(), 0));
    }
  }

  /** weight (a.scale x_a + a.offset) (b.scale x_b + b.offset) */
  private addPair(a: Coordinate, b: Coordinate, weight: readonly Term[]): void {
    for (const { param, value } of weight) {
      const quadratic = value * a.scale * b.scale * (a.col === b.col ? 2 : 1);
      const [row, col] = a.col < b.col ? [a.col, b.col] : [b.col, a.col];
      if (quadratic !== 0) this.quadratic.push({ row, col, param, value: quadratic });
      const parts = [[a.col, a.scale * b.offset], [b.col, b.scale * a.offset], [NONE, a.offset * b.offset]];
      for (const [at, part] of parts) if (part !== 0) this.linear.push({ col: at, param, value: value * part });
    }
  }

  /** Each entry as a multiple of an unknown and a number; what is more than that becomes an unknown equal to it. */
  private coordinatesOf(x: Expression): Coordinate[] {
    const form = this.lowering.form(x);
    const equal: Term[][] = [];
    const coordinates = Array.from({ length: rowsOf(form) }, (_, row): Coordinate => {
      const terms = termsOf(form, row);
      const unknowns = terms.filter(({ col }) => col !== NONE);
      if (unknowns.length <= 1 && terms.every(({ param }) => param === NONE)) {
        const offset = terms.find(({ col }) => col === NONE)?.value ?? 0;
        return unknowns.length === 0
          ? { col: NONE, scale: 0, offset }
          : { col: unknowns[0].col, scale: unknowns[0].value, offset };
      }
      const col = this.lowering.fresh();
      equal.push([...terms, { col, param: NONE, value: -1 }]);
      return { col, scale: 1, offset: 0 };
    });
    if (equal.length > 0) this.lowering.cones.push({ kind: 'zero', form: formOf(equal) });
    return coordinates;
  }
}

function totalEntries(args: readonly Expression[]): number {
  return args.reduce((total, { shape }) => total + entriesOf(shape), 0);
}
