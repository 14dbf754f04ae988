import { negate } from './arithmetic.js';
import { type Axis, eachLane, type Lanes, lanesOf } from './axis.js';
import { type Operand, toVars } from './operand.js';
import type { Operation, Var } from './recording.js';

/** exp(x_l) / sum_l exp(x_l) along an axis; as many columns as x. */
export function softmax(x: Operand, along?: Axis): Var {
  const [X] = toVars('softmax', x);
  return X.recording.record(weights, [X], X, lanesOf('softmax', X, along));
}

/** softmax(-x): the weights of a soft minimum, which is `dot(softmin(multiply(x, beta)), x)`. */
export function softmin(x: Operand, along?: Axis): Var {
  return softmax(negate(x), along);
}

/** p = softmax(x): pDot = p (xDot - <p, xDot>), and J is symmetric. */
const weights: Operation<Lanes> = {
  name: 'softmax',
  forward(y) {
    eachLane(y.rows, y.detail, (start) => {
      softmaxLane(y.inputs[0].value, start, y.detail, y.value);
    });
  },
  tangent: (y) => centre(y, y.inputs[0].dot!, y.dot!),
  reverse: (y) => centre(y, y.bar!, y.inputs[0].bar!),
  curvature(y) {
    const { value: p, dot: pDot, bar, detail } = y;
    const { length, inner } = detail;
    const out = y.inputs[0].barDot!;
    centre(y, y.barDot!, out);
    eachLane(y.rows, detail, (start) => {
      const mean = meanOver(p, bar!, start, detail);
      const drift = meanOver(pDot!, bar!, start, detail);
      for (let l = 0, k = start; l < length; l++, k += inner) out[k] += pDot![k] * (bar![k] - mean) - p[k] * drift;
    });
  },
};

/** out += p (x - <p, x>), lane by lane */
function centre({ rows, value: p, detail }: Var<Lanes>, x: Float64Array, out: Float64Array): void {
  const { length, inner } = detail;
  eachLane(rows, detail, (start) => {
    const mean = meanOver(p, x, start, detail);
    for (let l = 0, k = start; l < length; l++, k += inner) out[k] += p[k] * (x[k] - mean);
  });
}

/** <p, x> over one lane */
export function meanOver(p: Float64Array, x: Float64Array, start: number, { length, inner }: Lanes): number {
  let total = 0;
  for (let l = 0, k = start; l < length; l++, k += inner) total += p[k] * x[k];
  return total;
}

/**
 * Fills one lane of p with the softmax of x and returns log sum exp x, neither overflowing nor losing a small
 * remainder.
 */
export function softmaxLane(x: Float64Array, start: number, { length, inner }: Lanes, p: Float64Array): number {
  let top = start;
  for (let l = 1, k = start + inner; l < length; l++, k += inner) if (x[k] > x[top]) top = k;
  let others = 0; // the leader's own term is the 1 in log1p
  for (let l = 0, k = start; l < length; l++, k += inner) {
    p[k] = Math.exp(x[k] - x[top]);
    if (k !== top) others += p[k];
  }
  for (let l = 0, k = start; l < length; l++, k += inner) p[k] /= 1 + others;
  return x[top] + Math.log1p(others);
}
