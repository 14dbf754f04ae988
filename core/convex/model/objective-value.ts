import { NONE, type Term } from './form.js';

/** A number of the program: scale x_col + offset, the offset affine in theta. */
export interface Coordinate {
  readonly col: number;
  readonly scale: number;
  readonly offset: readonly Term[];
}

/** weight a b, the weight affine in theta; where that depends on theta, the offsets do not. */
export interface WeightedPair {
  readonly weight: readonly Term[];
  readonly a: Coordinate;
  readonly b: Coordinate;
}

/**
 * The minimised objective with its squares as they are, whose expanded form 1/2 x^T P x + q^T x + constant loses
 * digits.
 */
export class ObjectiveValue {
  /** `rest` is linear in x and affine in theta. */
  constructor(
    private readonly pairs: readonly WeightedPair[],
    private readonly rest: readonly Term[],
  ) {}

  at(x: Float64Array, theta: Float64Array): number {
    const number = ({ col, scale, offset }: Coordinate): number =>
      affineAt(offset, theta) + (col === NONE ? 0 : scale * x[col]);
    let sum = 0;
    for (const { weight, a, b } of this.pairs) {
      const first = number(a);
      sum += affineAt(weight, theta) * first * (a === b ? first : number(b));
    }
    for (const { col, param, value } of this.rest) sum += value * factor(x, col) * factor(theta, param);
    return sum;
  }

  /** The gradient by theta of what has no x. */
  constantGradient(theta: Float64Array): Float64Array {
    const out = this.changeOfConstantGradient(theta);
    for (const { col, param, value } of this.rest) if (col === NONE && param !== NONE) out[param] += value;
    for (const { weight, a, b } of this.pairs) {
      const [w, atA, atB] = [weight, a.offset, b.offset].map(plainPart);
      addParts(weight, atA * atB, out);
      addParts(a.offset, w * atB, out);
      addParts(b.offset, w * atA, out);
    }
    return out;
  }

  /** What that gradient changes by with a change of theta: it is quadratic in theta. */
  changeOfConstantGradient(dTheta: Float64Array): Float64Array {
    const out = new Float64Array(dTheta.length);
    for (const { weight, a, b } of this.pairs) {
      const w = plainPart(weight);
      addParts(a.offset, w * changeOf(b.offset, dTheta), out);
      addParts(b.offset, w * changeOf(a.offset, dTheta), out);
    }
    return out;
  }
}

function factor(vector: Float64Array, index: number): number {
  return index === NONE ? 1 : vector[index];
}

function affineAt(terms: readonly Term[], theta: Float64Array): number {
  let sum = 0;
  for (const { param, value } of terms) sum += value * factor(theta, param);
  return sum;
}

function plainPart(terms: readonly Term[]): number {
  let sum = 0;
  for (const { param, value } of terms) if (param === NONE) sum += value;
  return sum;
}

function changeOf(terms: readonly Term[], dTheta: Float64Array): number {
  let sum = 0;
  for (const { param, value } of terms) if (param !== NONE) sum += value * dTheta[param];
  return sum;
}

/** out += scale times the coefficients of theta */
function addParts(terms: readonly Term[], scale: number, out: Float64Array): void {
  for (const { param, value } of terms) if (param !== NONE) out[param] += scale * value;
}
