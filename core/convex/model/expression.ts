import type { Curvature, Monotonicity, Sign } from './curvature.js';
import type { PairMap, RowMap } from './row-map.js';
import type { Shape } from './shape.js';

interface Node extends Sign {
  readonly shape: Shape;
  /** In the variables, with parameters held constant. */
  readonly curvature: Curvature;
  /**
   * In variables and parameters, by the rules for parametrised programs (Agrawal et al., Differentiable convex
   * optimization layers, 2019).
   */
  readonly jointCurvature: Curvature;
  readonly hasParameters: boolean;
}

/** An array of unknowns. Its identity is the object: the name serves messages. */
export interface Variable extends Node {
  readonly kind: 'variable';
  readonly name: string | undefined;
  readonly symmetric: boolean;
  readonly psd: boolean;
}

/** An array that stands for data given later. Its identity is the object. */
export interface Parameter extends Node {
  readonly kind: 'parameter';
  readonly name: string | undefined;
  readonly symmetric: boolean;
  readonly psd: boolean;
}

export interface Constant extends Node {
  readonly kind: 'constant';
  readonly data: Float64Array;
  /** How it was written, where it was computed. */
  readonly text: string | undefined;
}

/** map (args_0, args_1, ...), the entries of the arguments one after another. */
export interface Linear extends Node {
  readonly kind: 'linear';
  readonly name: string;
  /** The operands as written. */
  readonly shown: readonly (Expression | string)[];
  readonly args: readonly Expression[];
  readonly map: RowMap;
}

/** Sums of products of an entry of the one with an entry of the other. */
export interface Product extends Node {
  readonly kind: 'product';
  readonly name: string;
  readonly args: readonly [Expression, Expression];
  readonly pairs: PairMap;
}

/** What a function that is not affine is replaced by: the least (greatest) `value` with the constraints. */
export interface Graph {
  readonly value: Expression;
  readonly subjectTo?: readonly Constraint[];
}

export interface AtomDefinition extends Sign {
  readonly name: string;
  readonly shape: Shape;
  readonly args: readonly Expression[];
  /** Settings, as they are to be printed after the arguments. */
  readonly settings?: readonly string[];
  readonly own: 'convex' | 'concave' | 'unknown';
  /** Why `own` is unknown, and what would do. */
  readonly note?: string;
  /** One for each argument, on its sign. */
  readonly moves: readonly Monotonicity[];
  /** The formula; infinite outside the domain. */
  evaluate(...args: Float64Array[]): Float64Array;
  /** Minimising (maximising, where concave) the value gives the function. */
  graph(...args: Expression[]): Graph;
  /** Another way to write it, in a minimised objective: one with `square` or `quadForm`. */
  inObjective?(...args: Expression[]): Expression;
  /** log f, by the logarithms of the arguments that `logOf` gives; of functions that geometric programs know. */
  inLogs?(logOf: (argument: Expression) => Expression): Expression;
  /** Says that the function is P-weighted x^T P x; without P, the square of each entry of x. */
  readonly quadratic?: { readonly x: Expression; readonly P?: Expression };
}

/** A function that is not affine, of its arguments. */
export interface AtomCall extends Node, AtomDefinition {
  readonly kind: 'atom';
}

/** A formula in variables, parameters and constants; immutable. */
export type Expression = Variable | Parameter | Constant | Linear | Product | AtomCall;

/** Numbers in rows of rows of ... */
export type Nested = readonly (number | Nested)[];

/** What stands for an expression: itself, a number, an array of numbers (nested for matrices), a vector. */
export type Operand = Expression | number | Nested | Float64Array;

/** The expressions an expression is made of; none for leaves. */
export function argumentsOf(expression: Expression): readonly Expression[] {
  return 'args' in expression ? expression.args : [];
}

/** A condition on expressions; its identity is what `dual` is asked with. */
export type Constraint = Inequality | Equality | SecondOrder | Semidefinite | Exponential | Power;

/** lower <= upper */
export interface Inequality {
  readonly kind: 'inequality';
  readonly lower: Expression;
  readonly upper: Expression;
  /** upper - lower */
  readonly slack: Expression;
  readonly text: string;
}

/** left = right */
export interface Equality {
  readonly kind: 'equality';
  readonly left: Expression;
  readonly right: Expression;
  /** right - left */
  readonly slack: Expression;
  readonly text: string;
}

/** |x_i| <= t_i in the Euclidean norm, for each row x_i. */
export interface SecondOrder {
  readonly kind: 'second-order';
  readonly t: Expression;
  readonly x: Expression;
  readonly text: string;
}

/** The symmetric part of X is positive semidefinite. */
export interface Semidefinite {
  readonly kind: 'semidefinite';
  readonly X: Expression;
  readonly text: string;
}

/** y exp(x / y) <= z, y > 0, or a limit of such points; entry by entry. */
export interface Exponential {
  readonly kind: 'exponential';
  readonly args: readonly [Expression, Expression, Expression];
  readonly text: string;
}

/** x^alpha y^(1 - alpha) >= |z|, x, y >= 0, entry by entry. */
export interface Power {
  readonly kind: 'power';
  readonly args: readonly [Expression, Expression, Expression];
  readonly alpha: number;
  readonly text: string;
}
