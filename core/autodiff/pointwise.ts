import { type Operand, toVars } from './operand.js';
import type { Operation, Var } from './recording.js';

/** y = f(x) entry by entry, c a constant of the operation. */
export interface Pointwise {
  readonly name: string;
  f(x: number, c: number): number;
  /** f'(x), given y = f(x) */
  slope(x: number, y: number, c: number): number;
  /** f''(x), likewise; absent where it is 0 */
  bend?(x: number, y: number, c: number): number;
}

/** The arrays of slopes and bends, filled where first needed: a Hessian asks for them m times. */
interface Detail {
  readonly c: number;
  slopes?: Float64Array;
  bends?: Float64Array;
}

/** The operation on Vars that a function of one number is. */
export function pointwise(entry: Pointwise): (x: Operand, c?: number) => Var {
  const operation = lift(entry);
  return (x, c = 0) => {
    const [X] = toVars(entry.name, x);
    return X.recording.record(operation, [X], X, { c });
  };
}

function lift({ name, f, slope, bend }: Pointwise): Operation<Detail> {
  const slopesOf = (y: Var<Detail>): Float64Array => (y.detail.slopes ??= tabulate(y, slope));
  const bendsOf = (y: Var<Detail>): Float64Array | undefined => bend && (y.detail.bends ??= tabulate(y, bend));
  return {
    name,
    forward(y) {
      const x = y.inputs[0].value;
      for (let k = 0; k < x.length; k++) y.value[k] = f(x[k], y.detail.c);
    },
    tangent: (y) => addProduct(slopesOf(y), y.inputs[0].dot!, y.dot!),
    reverse: (y) => addProduct(slopesOf(y), y.bar!, y.inputs[0].bar!),
    curvature(y) {
      const x = y.inputs[0];
      const bends = bendsOf(y);
      addProduct(slopesOf(y), y.barDot!, x.barDot!);
      if (bends) { for (let k = 0; k < bends.length; k++) x.barDot![k] += bends[k] * x.dot![k] * y.bar![k]; }
    },
  };
}

function tabulate(y: Var<Detail>, derivative: (x: number, y: number, c: number) => number): Float64Array {
  const x = y.inputs[0].value;
  const table = y.recording.arena.float64(x.length);
  for (let k = 0; k < x.length; k++) table[k] = derivative(x[k], y.value[k], y.detail.c);
  return table;
}

function addProduct(p: Float64Array, q: Float64Array, out: Float64Array): void {
  for (let k = 0; k < out.length; k++) out[k] += p[k] * q[k];
}
