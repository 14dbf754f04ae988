import { isAffine } from './curvature.js';
import type { AtomCall, Expression, Linear, Product } from './expression.js';
import {
  addForms,
  type Form,
  FormWriter,
  formOf,
  mapForm,
  NONE,
  putProduct,
  rowsOf,
  type Term,
  termsOf,
} from './form.js';
import type { Lowering } from './lowering.js';
import { type Coordinate, ObjectiveValue, type WeightedPair } from './objective-value.js';
import { transposeRows } from './row-map.js';
import { entriesOf } from './shape.js';

/** A coefficient value theta[param] of 1/2 x_row x_col (twice, off the diagonal), row <= col. */
export interface QuadraticTerm extends Term {
  readonly row: number;
}

/** The terms of a minimised objective that have x, and its value. */
export interface ObjectiveTerms {
  readonly quadratic: readonly QuadraticTerm[];
  readonly linear: readonly Term[];
  readonly value: ObjectiveValue;
}

/** The terms of an expression to be minimised. Squares stay squares; the rest of what is not affine goes to cones. */
export function lowerObjective(expression: Expression, lowering: Lowering): ObjectiveTerms {
  const objective = new ObjectiveLowering(lowering);
  objective.add(expression);
  return objective.terms();
}

class ObjectiveLowering {
  /** Linear in x, without the squares. */
  private readonly rest: Term[] = [];
  private readonly pairs: WeightedPair[] = [];
  /** What the objective has of each part: sum_i weight_i part_i, the weights being forms without unknowns. */
  private readonly weights = new Map<Expression, Form>();
  private readonly replaced = new Map<AtomCall, Expression>();

  constructor(private readonly lowering: Lowering) {}

  /** Adds the expression, a number; each part is visited once, after all that it is part of. */
  add(expression: Expression): void {
    const parts = new Set<Expression>();
    const visit = (part: Expression): void => {
      if (parts.has(part)) return;
      for (const inner of this.partsOf(part)) visit(inner);
      parts.add(part);
    };
    visit(expression);
    this.give(expression, formOf([[{ col: NONE, param: NONE, value: 1 }]]));
    for (const part of [...parts].reverse()) {
      const weights = this.weights.get(part);
      if (weights) this.addPart(part, weights);
    }
  }

  terms(): ObjectiveTerms {
    const { pairs, rest } = this;
    const linear = [...rest, ...pairs.flatMap(linearTerms)].filter(({ col }) => col !== NONE);
    return { quadratic: pairs.flatMap(quadraticTerms), linear, value: new ObjectiveValue(pairs, rest) };
  }

  /** What a part gives its weights to. */
  private partsOf(part: Expression): readonly Expression[] {
    if (isAffine(part.jointCurvature)) return [];
    if (part.kind === 'product') return part.args.filter(({ curvature }) => curvature !== 'constant');
    if (part.kind === 'linear') return part.args;
    return part.kind === 'atom' && !part.quadratic ? [this.replacement(part)] : [];
  }

  private replacement(call: AtomCall): Expression {
    const known = this.replaced.get(call);
    if (known) return known;
    const found = call.inObjective ? call.inObjective(...call.args) : this.lowering.expand(call);
    this.replaced.set(call, found);
    return found;
  }

  private give(part: Expression, weights: Form): void {
    const before = this.weights.get(part);
    this.weights.set(part, before ? addForms(before, weights) : weights);
  }

  private addPart(part: Expression, weights: Form): void {
    if (isAffine(part.jointCurvature)) this.addAffine(this.lowering.form(part), weights);
    else if (part.kind === 'linear') this.addLinear(part, weights);
    else if (part.kind === 'product') this.addProduct(part, weights);
    else if (part.kind === 'atom') this.addCall(part, weights);
  }

  private addLinear({ args, map }: Linear, weights: Form): void {
    const all = mapForm(transposeRows(map, totalEntries(args)), weights);
    let first = 0;
    for (const argument of args) {
      const size = entriesOf(argument.shape);
      this.give(argument, formOf(Array.from({ length: size }, (_, k) => termsOf(all, first + k))));
      first += size;
    }
  }

  private addAffine(form: Form, weights: Form): void {
    const writer = new FormWriter();
    for (let row = 0; row < rowsOf(form); row++) putProduct(writer, form, row, weights, row);
    writer.endRow();
    for (const term of termsOf(writer.done(), 0)) this.rest.push(term);
  }

  /** The factor without variables becomes part of the weights of the other. */
  private addProduct({ args, pairs }: Product, weights: Form): void {
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
    this.give(rest, writer.done());
  }

  private addCall(call: AtomCall, weights: Form): void {
    if (call.quadratic?.P) return this.addQuadratic(call.quadratic.x, call.quadratic.P, termsOf(weights, 0));
    if (call.quadratic) return this.addSquares(call.quadratic.x, weights);
    this.give(this.replacement(call), weights);
  }

  private addSquares(x: Expression, weights: Form): void {
    const all = Array.from({ length: rowsOf(weights) }, (_, i) => termsOf(weights, i));
    this.coordinatesOf(x, all.every(isPlain)).forEach((a, i) => this.pairs.push({ weight: all[i], a, b: a }));
  }

  /** weight x^T P x: not both the weight and P have parameters. */
  private addQuadratic(x: Expression, P: Expression, weight: readonly Term[]): void {
    const [matrix, factor] = [this.lowering.form(P), formOf([weight])];
    const products = Array.from({ length: rowsOf(matrix) }, (_, entry) => {
      const writer = new FormWriter();
      putProduct(writer, matrix, entry, factor, 0);
      writer.endRow();
      return termsOf(writer.done(), 0);
    });
    const coordinates = this.coordinatesOf(x, products.every(isPlain));
    const n = coordinates.length;
    products.forEach((product, entry) => {
      if (product.length === 0) return;
      this.pairs.push({ weight: product, a: coordinates[Math.floor(entry / n)], b: coordinates[entry % n] });
    });
  }

  /**
   * Each entry as a multiple of an unknown and an offset, with parameters in that if `parametrised`; what is more than
   * that becomes an unknown equal to it.
   */
  private coordinatesOf(x: Expression, parametrised: boolean): Coordinate[] {
    const form = this.lowering.form(x);
    const equal: Term[][] = [];
    const coordinates = Array.from({ length: rowsOf(form) }, (_, row): Coordinate => {
      const terms = termsOf(form, row);
      const unknowns = terms.filter(({ col }) => col !== NONE);
      const offset = terms.filter(({ col }) => col === NONE);
      if (unknowns.length <= 1 && isPlain(parametrised ? unknowns : terms)) {
        const [{ col, value: scale }] = [...unknowns, { col: NONE, value: 0 }];
        return { col, scale, offset };
      }
      const col = this.lowering.fresh();
      equal.push([...terms, { col, param: NONE, value: -1 }]);
      return { col, scale: 1, offset: [] };
    });
    if (equal.length > 0) this.lowering.cones.push({ kind: 'zero', form: formOf(equal) });
    return coordinates;
  }
}

function isPlain(terms: readonly Term[]): boolean {
  return terms.every(({ param }) => param === NONE);
}

function quadraticTerms({ weight, a, b }: WeightedPair): QuadraticTerm[] {
  const scale = a.scale * b.scale * (a.col === b.col ? 2 : 1);
  const [row, col] = a.col < b.col ? [a.col, b.col] : [b.col, a.col];
  return scale === 0 ? [] : weight.map(({ param, value }) => ({ row, col, param, value: value * scale }));
}

function linearTerms({ weight, a, b }: WeightedPair): Term[] {
  return [...linearPart(weight, a, b.offset), ...linearPart(weight, b, a.offset)];
}

/** weight scale x_col offset */
function linearPart(weight: readonly Term[], { col, scale }: Coordinate, offset: readonly Term[]): Term[] {
  if (scale === 0) return [];
  return weight.flatMap((w) =>
    offset.map((o) => ({ col, param: w.param === NONE ? o.param : w.param, value: w.value * scale * o.value }))
  );
}

function totalEntries(args: readonly Expression[]): number {
  return args.reduce((total, { shape }) => total + entriesOf(shape), 0);
}
