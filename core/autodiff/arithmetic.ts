import { broadcast, colStep, type Operand, rowStep, toVars } from './operand.js';
import { linear, type Operation, type Shape, type Var } from './recording.js';

/**
 * a + b. Here and below a number, a row shared by all samples and a single column are repeated to the other's shape.
 */
export function add(a: Operand, b: Operand): Var {
  return combination('add', [1, 1], a, b);
}

/** a - b */
export function subtract(a: Operand, b: Operand): Var {
  return combination('subtract', [1, -1], a, b);
}

/** -x */
export function negate(x: Operand): Var {
  const [X] = toVars('negate', x);
  return X.recording.record(weightedSum, [X], X, [-1]);
}

/** a * b, entry by entry */
export function multiply(a: Operand, b: Operand): Var {
  if (typeof a === 'number' || typeof b === 'number') return scaled(a, b);
  const [A, B] = toVars('multiply', a, b);
  return A.recording.record(product, [A, B], broadcast('multiply', A, B), undefined);
}

/** a / b, entry by entry */
export function divide(a: Operand, b: Operand): Var {
  const [A, B] = toVars('divide', a, b);
  return A.recording.record(quotient, [A, B], broadcast('divide', A, B), undefined);
}

function combination(name: string, weights: readonly number[], a: Operand, b: Operand): Var {
  const [A, B] = toVars(name, a, b);
  return A.recording.record(weightedSum, [A, B], broadcast(name, A, B), weights);
}

function scaled(a: Operand, b: Operand): Var {
  const [x, weight] = typeof b === 'number' ? [a, b] : [b, a as number];
  const [X] = toVars('multiply', x);
  return X.recording.record(weightedSum, [X], X, [weight]);
}

/** y = sum_i weight_i x_i */
const weightedSum = linear<readonly number[]>({
  name: 'weighted-sum',
  apply: (y, i, x, out) => addScaled(y, y.detail[i], x, y.inputs[i], out, y),
  transpose: (y, i, yBar, out) => addScaled(y, y.detail[i], yBar, y, out, y.inputs[i]),
});

/** y = a b is linear in each: every derivative is a sum of products. */
const product: Operation<undefined> = {
  name: 'multiply',
  forward: (y) => {
    const [a, b] = y.inputs as readonly [Var, Var];
    addProduct(y, a.value, a, b.value, b, y.value, y);
  },
  tangent: (y) => eachFactor(y, (x, other) => addProduct(y, x.dot!, x, other.value, other, y.dot!, y)),
  reverse: (y) => eachFactor(y, (x, other) => addProduct(y, y.bar!, y, other.value, other, x.bar!, x)),
  curvature: (y) =>
    eachFactor(y, (x, other) => {
      addProduct(y, y.barDot!, y, other.value, other, x.barDot!, x);
      if (other.active) addProduct(y, y.bar!, y, other.dot!, other, x.barDot!, x);
    }),
};

function eachFactor({ inputs }: Var, visit: (x: Var, other: Var) => void): void {
  const [a, b] = inputs as readonly [Var, Var];
  if (a.active) visit(a, b);
  if (b.active) visit(b, a);
}

/** y = a / b is what times b gives a: y b = a, yDot b + y bDot = aDot, and with w = yBar / b: aBar = w, bBar = -w y. */
const quotient: Operation<undefined> = {
  name: 'divide',
  forward: (y) => {
    const [a, b] = y.inputs as readonly [Var, Var];
    eachEntry(y, (o, ia, ib) => {
      y.value[o] = a.value[ia] / b.value[ib];
    });
  },
  tangent: (y) => {
    const [a, b] = y.inputs as readonly [Var, Var];
    eachEntry(y, (o, ia, ib) => {
      if (a.active) y.dot![o] += a.dot![ia] / b.value[ib];
      if (b.active) y.dot![o] -= (y.value[o] * b.dot![ib]) / b.value[ib];
    });
  },
  reverse: (y) => {
    const [a, b] = y.inputs as readonly [Var, Var];
    eachEntry(y, (o, ia, ib) => {
      const w = y.bar![o] / b.value[ib];
      if (a.active) a.bar![ia] += w;
      if (b.active) b.bar![ib] -= w * y.value[o];
    });
  },
  curvature: (y) => {
    const [a, b] = y.inputs as readonly [Var, Var];
    eachEntry(y, (o, ia, ib) => {
      const w = y.bar![o] / b.value[ib];
      const wDot = (y.barDot![o] - (b.active ? w * b.dot![ib] : 0)) / b.value[ib];
      if (a.active) a.barDot![ia] += wDot;
      if (b.active) b.barDot![ib] -= wDot * y.value[o] + w * y.dot![o];
    });
  },
};

/**
 * Visits the entries o of y, with the entries of its two inputs that meet there. A visit that returned its number would
 * allocate it.
 */
export function eachEntry(y: Var, visit: (o: number, ia: number, ib: number) => void): void {
  const [a, b] = y.inputs as readonly [Var, Var];
  const stepA = colStep(a);
  const stepB = colStep(b);
  for (let i = 0, o = 0; i < y.rows; i++) {
    for (let j = 0, ia = i * rowStep(a), ib = i * rowStep(b); j < y.cols; j++, o++, ia += stepA, ib += stepB) {
      visit(o, ia, ib);
    }
  }
}

/** out += weight x over the entries of `grid`, each array of its own shape. */
function addScaled(
  grid: Shape,
  weight: number,
  x: Float64Array,
  xShape: Shape,
  out: Float64Array,
  outShape: Shape,
): void {
  const dx = colStep(xShape);
  const dOut = colStep(outShape);
  for (let i = 0; i < grid.rows; i++) {
    for (let j = 0, ix = i * rowStep(xShape), o = i * rowStep(outShape); j < grid.cols; j++, ix += dx, o += dOut) {
      out[o] += weight * x[ix];
    }
  }
}

/** out += p q over the entries of `grid`, each array of its own shape. */
function addProduct(
  grid: Shape,
  p: Float64Array,
  pShape: Shape,
  q: Float64Array,
  qShape: Shape,
  out: Float64Array,
  outShape: Shape,
): void {
  const dp = colStep(pShape);
  const dq = colStep(qShape);
  const dOut = colStep(outShape);
  for (let i = 0; i < grid.rows; i++) {
    let ip = i * rowStep(pShape);
    let iq = i * rowStep(qShape);
    let o = i * rowStep(outShape);
    for (let j = 0; j < grid.cols; j++, ip += dp, iq += dq, o += dOut) out[o] += p[ip] * q[iq];
  }
}
