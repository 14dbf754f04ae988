import { type Axis, eachLane, type Lanes, lanesOf } from './axis.js';
import { type Operand, toVars } from './operand.js';
import type { Operation, Var } from './recording.js';
import { meanOver, softmaxLane } from './softmax.js';

/** log sum_l exp(x_l) along an axis, which is gone from the result. */
export function logsumexp(x: Operand, along?: Axis): Var {
  const [X] = toVars('logsumexp', x);
  const lanes = lanesOf('logsumexp', X, along);
  const p = X.recording.arena.float64(X.value.length);
  return X.recording.record(softMaximum, [X], { rows: X.rows, cols: lanes.outer * lanes.inner }, { lanes, p });
}

interface Detail {
  readonly lanes: Lanes;
  /** softmax(x), the gradient. */
  readonly p: Float64Array;
}

const softMaximum: Operation<Detail> = {
  name: 'logsumexp',
  forward({ rows, inputs, value, detail: { lanes, p } }) {
    eachLane(rows, lanes, (start, lane) => {
      value[lane] = softmaxLane(inputs[0].value, start, lanes, p);
    });
  },
  tangent({ rows, inputs, dot, detail: { lanes, p } }) {
    eachLane(rows, lanes, (start, lane) => {
      dot![lane] += meanOver(p, inputs[0].dot!, start, lanes);
    });
  },
  reverse({ rows, inputs, bar, detail: { lanes, p } }) {
    const out = inputs[0].bar!;
    eachLane(rows, lanes, (start, lane) => {
      for (let l = 0, k = start; l < lanes.length; l++, k += lanes.inner) out[k] += p[k] * bar![lane];
    });
  },
  curvature({ rows, inputs, bar, dot, barDot, detail: { lanes, p } }) {
    const { dot: xDot, barDot: out } = inputs[0];
    eachLane(rows, lanes, (start, lane) => {
      for (let l = 0, k = start; l < lanes.length; l++, k += lanes.inner) {
        out![k] += p[k] * (barDot![lane] + (xDot![k] - dot![lane]) * bar![lane]);
      }
    });
  },
};
