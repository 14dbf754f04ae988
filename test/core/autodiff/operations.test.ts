import { expect } from 'chai';
import * as autodiff from '../../../core/autodiff/index.js';
import type { Operand, Program, Var } from '../../../core/autodiff/index.js';
import { createRng } from '../../../core/random/rng.js';
import { checkDerivatives } from './check-derivatives.js';

const {
  abs,
  add,
  argsort,
  clamp,
  concat,
  constant,
  detach,
  divide,
  dot,
  exp,
  expand,
  gather,
  log,
  log1p,
  logistic,
  logsumexp,
  max,
  mean,
} = autodiff;
const {
  min,
  multiply,
  negate,
  power,
  relu,
  scatter,
  select,
  slice,
  softmax,
  softmin,
  softplus,
  sort,
  sqrt,
  square,
  subtract,
  sum,
  tanh,
} = autodiff;

const WEIGHTS = [0.7, -1.3, 0.4, 1.1, -0.6, 0.9, -0.2, 1.7, 0.3, -0.8, 1.2, 0.5];
const VECTOR = [0.8, -1.6, 1.3];

/** One number from the entries of x, with first and second derivatives in all of them. */
function reduce(x: Var): Var {
  return dot(WEIGHTS.slice(0, x.cols), exp(multiply(0.5, x)));
}

const left = (y: Var): Var => slice(y, 0, 3);
const right = (y: Var): Var => slice(y, 3, 6);
const positive = (y: Var): Var => add(square(y), 0.5);

type Binary = (a: Operand, b: Operand) => Var;

/** Every way for the operands of an elementwise operation to meet; `safe` keeps a denominator from 0. */
function binaryCases(name: string, f: Binary, safe: (x: Var) => Var = (x) => x): Record<string, Program> {
  const column = (y: Var): Var => safe(slice(y, 5, 6));
  return {
    [`${name}: two vectors`]: (y) => f(left(y), safe(right(y))),
    [`${name}: a vector with itself`]: (y) => f(safe(left(y)), safe(left(y))),
    [`${name}: a vector and a column`]: (y) => f(left(y), column(y)),
    [`${name}: a column and a vector`]: (y) => f(column(y), safe(left(y))),
    [`${name}: a vector and a constant`]: (y) => f(left(y), VECTOR),
    [`${name}: a constant and a vector`]: (y) => f(VECTOR, safe(left(y))),
    [`${name}: a column and a constant`]: (y) => f(column(y), VECTOR),
    [`${name}: a vector and a number`]: (y) => f(left(y), 0.7),
    [`${name}: a number and a vector`]: (y) => f(0.7, safe(left(y))),
  };
}

const everyRow = (y: Var, chosen: number): number[] => new Array<number>(y.rows).fill(chosen);
const alongRows = { shape: [2, 3], axis: 1 };
const alongColumns = { shape: [2, 3], axis: 0 };
const cauchy = autodiff.pointwise({
  name: 'cauchy',
  f: (x, s) => 0.5 + Math.atan(s * x) / Math.PI,
  slope: (x, _y, s) => s / (Math.PI * (1 + (s * x) ** 2)),
  bend: (x, _y, s) => (-2 * s ** 3 * x) / (Math.PI * (1 + (s * x) ** 2) ** 2),
});

const cases: Record<string, Program> = {
  ...binaryCases('add', add),
  ...binaryCases('subtract', subtract),
  ...binaryCases('multiply', multiply),
  ...binaryCases('divide', divide, positive),
  ...binaryCases('min', min),
  ...binaryCases('max', max),
  negate,
  exp,
  log: (y) => log(positive(y)),
  log1p: (y) => log1p(positive(y)),
  sqrt: (y) => sqrt(positive(y)),
  abs,
  relu,
  square,
  'power: odd': (y) => power(y, 3),
  'power: fraction': (y) => power(positive(y), 1.7),
  'power: negative': (y) => power(positive(y), -2),
  'power: 1 and 0': (y) => add(power(y, 1), power(y, 0)),
  tanh,
  logistic,
  softplus,
  'clamp: numbers': (y) => clamp(y, -0.5, 0.6),
  'clamp: vectors': (y) => clamp(left(y), right(y), add(right(y), 0.5)),
  'pointwise: with a constant': (y) => cauchy(y, 3),
  'gather: indices': (y) => gather(y, [5, 0, 0, 3]),
  'scatter: indices that meet': (y) => scatter(y, [1, 0, 1, 6, 4, 1], 7),
  concat: (y) => concat(right(y), VECTOR, left(y), right(y)),
  slice: (y) => slice(y, 1, 4),
  sort,
  argsort: (y) => gather(square(y), argsort(y)),
  'sum: all': (y) => sum(y),
  'sum: rows': (y) => sum(y, alongRows),
  'sum: columns': (y) => sum(y, alongColumns),
  'sum: the middle of three': (y) => sum(concat(y, negate(y)), { shape: [2, 3, 2], axis: 1 }),
  'mean: all': (y) => mean(y),
  'mean: rows': (y) => mean(y, alongRows),
  'dot: all': (y) => dot(left(y), right(y)),
  'dot: columns': (y) => dot(y, square(y), alongColumns),
  'expand: rows': (y) => expand(left(y), { shape: [3, 4], axis: 1 }),
  'expand: columns': (y) => expand(left(y), { shape: [4, 3], axis: 0 }),
  'softmax: all': (y) => softmax(y),
  'softmax: rows': (y) => softmax(y, alongRows),
  'softmax: columns': (y) => softmax(multiply(y, 3), alongColumns),
  'softmin: rows': (y) => softmin(y, alongRows),
  'logsumexp: all': (y) => logsumexp(y),
  'logsumexp: columns': (y) => logsumexp(y, alongColumns),
  'select: the first': (y) => select(everyRow(y, 1), square(y), y),
  'select: the second, one column': (y) => select(everyRow(y, 0), y, sum(square(y))),
  'constant: times a Var': (y) => multiply(exp(constant(y, VECTOR)), left(y)),
};

describe('operations', () => {
  it('have a case each', () => {
    const tested = new Set(Object.keys(cases).map((name) => name.split(':')[0]));
    const others = ['createTape', 'defineProgramLoss', 'detach'];
    expect(Object.keys(autodiff).filter((name) => !tested.has(name))).to.have.members(others);
  });

  for (const [name, program] of Object.entries(cases)) {
    it(`${name} has the derivatives that differences show`, () => {
      for (let seed = 0; seed < 3; seed++) {
        const rng = createRng(seed);
        checkDerivatives((y) => reduce(program(y)), Float64Array.from({ length: 6 }, () => rng.normal()), rng);
      }
    });
  }

  /** Slope and bend of f at each x. */
  const derivativesOf = (f: (x: Var) => Var, x: number[]): { slope: number[]; bend: number[] } => {
    const y = { rows: x.length, cols: 1, data: Float64Array.from(x) };
    const e = autodiff.createTape().record(y, f);
    return { slope: [...e.gradient().data], bend: [...e.hessian().blocks().data] };
  };

  it('have the slopes at kinks that they state', () => {
    expect(derivativesOf(abs, [0]).slope).to.deep.equal([0]);
    expect(derivativesOf(relu, [0]).slope).to.deep.equal([0]);
    for (const f of [max, min]) {
      expect(derivativesOf((x) => f(x, 2), [2]).slope).to.deep.equal([0.5]);
      expect(derivativesOf((x) => f(x, x), [2]).slope).to.deep.equal([1]);
    }
    expect(derivativesOf((x) => clamp(x, 0, 1), [-0.5, 0, 0.5, 1, 1.5]).slope).to.deep.equal([0, 0.5, 1, 0.5, 0]);
  });

  it('do not lose digits where sigmoids saturate', () => {
    const x = [-700, -40, 40, 700];
    const tail = x.map((xi) => Math.exp(-Math.abs(xi)));
    const relative = (got: number[], expected: number[]): void => {
      got.forEach((entry, k) => expect(entry / expected[k]).to.be.closeTo(1, 1e-14));
    };
    relative(derivativesOf(logistic, x).slope, tail);
    relative(derivativesOf(logistic, x).bend, x.map((xi, k) => -Math.sign(xi) * tail[k]));
    relative(derivativesOf(softplus, x).bend, tail);
    relative(derivativesOf((v) => tanh(multiply(0.5, v)), x).slope, tail.map((t) => 2 * t));
  });

  it('do not overflow in softmax and logsumexp', () => {
    const y = { rows: 1, cols: 3, data: Float64Array.of(1e6, 1e6, -1e6) };
    const e = autodiff.createTape().record(y, (v) => logsumexp(v));
    expect(e.value[0]).to.be.closeTo(1e6 + Math.LN2, 1e-9);
    expect([...e.gradient().data]).to.deep.equal([0.5, 0.5, 0]);
    expect([...e.hessian().blocks().data]).to.deep.equal([0.25, -0.25, 0, -0.25, 0.25, 0, 0, 0, 0]);
    expect([...autodiff.createTape().record(y, (v) => gather(softmin(v), [2])).value]).to.deep.equal([1]);
  });

  it('detach keeps the value and drops the derivative', () => {
    expect(derivativesOf((x) => multiply(x, detach(square(x))), [3])).to.deep.equal({ slope: [9], bend: [0] });
  });
});
