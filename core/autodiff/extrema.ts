import { eachEntry } from './arithmetic.js';
import { broadcast, type Operand, toVars } from './operand.js';
import { linear, type Operation, type Var } from './recording.js';

/** The smaller of a and b, entry by entry; where they are equal, each has slope 1/2. */
export function min(a: Operand, b: Operand): Var {
  return extremum('min', -1, a, b);
}

/** The larger of a and b, entry by entry; where they are equal, each has slope 1/2. */
export function max(a: Operand, b: Operand): Var {
  return extremum('max', 1, a, b);
}

/** x between low and high; slope 1 inside, 1/2 on a bound, 0 outside. */
export function clamp(x: Operand, low: Operand, high: Operand): Var {
  return min(max(x, low), high);
}

interface Detail {
  /** 1 for the larger, -1 for the smaller. */
  readonly sign: number;
  /** How much of y is a, the rest is b. */
  readonly share: Float64Array;
}

function extremum(name: string, sign: number, a: Operand, b: Operand): Var {
  const [A, B] = toVars(name, a, b);
  const shape = broadcast(name, A, B);
  const share = A.recording.arena.float64(shape.rows * shape.cols);
  return A.recording.record(choice, [A, B], shape, { sign, share });
}

/** y = share a + (1 - share) b, the shares locally constant. */
const choice: Operation<Detail> = {
  ...linear<Detail>({
    name: 'extremum',
    apply(y, i, x, out) {
      eachEntry(y, (o, ia, ib) => {
        out[o] += share(y, i, o) * x[i === 0 ? ia : ib];
      });
    },
    transpose(y, i, yBar, out) {
      eachEntry(y, (o, ia, ib) => {
        out[i === 0 ? ia : ib] += share(y, i, o) * yBar[o];
      });
    },
  }),
  forward(y) {
    const [a, b] = y.inputs as readonly [Var, Var];
    const { sign, share: shares } = y.detail;
    eachEntry(y, (o, ia, ib) => {
      const lead = sign * (a.value[ia] - b.value[ib]);
      shares[o] = lead > 0 ? 1 : lead < 0 ? 0 : 0.5;
      y.value[o] = sign > 0 ? Math.max(a.value[ia], b.value[ib]) : Math.min(a.value[ia], b.value[ib]);
    });
  },
};

function share({ detail }: Var<Detail>, i: number, o: number): number {
  return i === 0 ? detail.share[o] : 1 - detail.share[o];
}
