import type { Batch } from '../batch.js';
import { LossError } from '../errors.js';
import type { Arena } from './arena.js';

export interface Shape {
  readonly rows: number;
  readonly cols: number;
}

/**
 * A vector of k entries for each of N samples, (N, k) row-major; or (1, k), a constant that all samples share. A
 * program may read rows, cols and value (to decide how often to loop, say), and must not write.
 */
export interface Var<Detail = unknown> extends Shape {
  readonly value: Float64Array;
  readonly recording: Recording;
  readonly operation: Operation<Detail>;
  readonly inputs: readonly Var[];
  /** What the operation keeps for its derivatives. */
  readonly detail: Detail;
  /** Depends on the outputs of the network; where not, it has none of the arrays below. */
  readonly active: boolean;
  /** Derivative of the program's result in this Var; absent where the result does not depend on it. */
  bar: Float64Array | undefined;
  /** Derivatives of `value` and `bar` along the direction of a Hessian-vector product. */
  dot: Float64Array | undefined;
  barDot: Float64Array | undefined;
}

/**
 * One operation y = f(x) with Jacobian J. Each method adds to arrays that start at 0: `forward` to y.value, `tangent`
 * to y.dot, the others to the arrays of those inputs that are active. Row i of all that it does depends on row i alone.
 */
export interface Operation<Detail = unknown> {
  readonly name: string;
  /** y = f(x) */
  forward(y: Var<Detail>): void;
  /** xBar += J^T yBar */
  reverse(y: Var<Detail>): void;
  /** yDot += J xDot */
  tangent(y: Var<Detail>): void;
  /** xBarDot += J^T yBarDot + JDot^T yBar, the derivative of `reverse` */
  curvature(y: Var<Detail>): void;
}

/** y = sum_i A_i x_i with matrices that do not depend on x. */
export interface LinearMap<Detail> {
  readonly name: string;
  /** out += A_i x */
  apply(y: Var<Detail>, i: number, x: Float64Array, out: Float64Array): void;
  /** out += A_i^T yBar */
  transpose(y: Var<Detail>, i: number, yBar: Float64Array, out: Float64Array): void;
}

/** A linear map is its own tangent, and its reverse has no curvature. */
export function linear<Detail>({ name, apply, transpose }: LinearMap<Detail>): Operation<Detail> {
  return {
    name,
    forward: (y) => y.inputs.forEach((x, i) => apply(y, i, x.value, y.value)),
    tangent: (y) => y.inputs.forEach((x, i) => x.active && apply(y, i, x.dot!, y.dot!)),
    reverse: (y) => y.inputs.forEach((x, i) => x.active && transpose(y, i, y.bar!, x.bar!)),
    curvature: (y) => y.inputs.forEach((x, i) => x.active && transpose(y, i, y.barDot!, x.barDot!)),
  };
}

const nothing = (): void => undefined;

/** An operation without inputs. */
const leaf: Operation = { name: 'leaf', forward: nothing, reverse: nothing, tangent: nothing, curvature: nothing };

/** What a program did with N samples: its active Vars in order of evaluation. */
export class Recording {
  readonly actives: Var[] = [];

  constructor(
    /** N */
    readonly rows: number,
    readonly arena: Arena,
  ) {}

  /** The outputs of the network; the data is not copied. */
  input({ rows, cols, data }: Batch): Var {
    return this.add({ rows, cols }, data, leaf, [], undefined, true);
  }

  /** A constant, (N, k) or (1, k); the data is not copied. */
  constant(shape: Shape, data: Float64Array): Var {
    return this.add(shape, data, leaf, [], undefined, false);
  }

  /** Does one operation and remembers it. */
  record<Detail>(
    operation: Operation<Detail>,
    inputs: readonly Var[],
    { rows, cols }: Shape,
    detail: Detail,
  ): Var<Detail> {
    const active = inputs.some((x) => x.active);
    const y = this.add({ rows, cols }, this.arena.zeros(rows * cols), operation, inputs, detail, active);
    operation.forward(y);
    return y;
  }

  private add<D>(
    { rows, cols }: Shape,
    value: Float64Array,
    operation: Operation<D>,
    inputs: readonly Var[],
    detail: D,
    active: boolean,
  ): Var<D> {
    const y: Var<D> = {
      ...{ rows, cols, value, recording: this, operation, inputs, detail, active },
      ...{ bar: undefined, dot: undefined, barDot: undefined },
    };
    if (active) this.actives.push(y);
    return y;
  }
}

/** SHAPE: what an operation expected of its operands, and what came. */
export function shapeError(operation: string, expected: string, ...got: readonly Shape[]): LossError {
  return new LossError(
    'SHAPE',
    `${operation}: expected ${expected}, got ${got.map(({ rows, cols }) => `(${rows}, ${cols})`).join(' and ')}`,
  );
}
