import { expect } from 'chai';
import {
  abs,
  add,
  concat,
  constant,
  type Curvature,
  cumsum,
  diag,
  diff,
  divide,
  dot,
  entropy,
  eq,
  exp,
  type Expression,
  expCone,
  geoMean,
  geq,
  huber,
  identity,
  index,
  invPos,
  kron,
  lambdaMax,
  leq,
  log,
  logDet,
  logSumExp,
  matmul,
  max,
  min,
  multiply,
  negate,
  norm1,
  norm2,
  packParameters,
  parameter,
  pos,
  powCone,
  power,
  problem,
  psd,
  quadForm,
  quadOverLin,
  relEntr,
  reshape,
  soc,
  sqrt,
  square,
  stack,
  subtract,
  sum,
  sumLargest,
  sumSquares,
  textOf,
  trace,
  transpose,
  variable,
  vstack,
} from '../../../../core/convex/model/index.js';
import { codeOf, errorOf } from './support.js';

const x = variable([3], { name: 'x' });
const y = variable([3], { name: 'y', nonneg: true });
const t = variable([], { name: 't' });
const X = variable([2, 3], { name: 'X' });
const S = variable([3, 3], { name: 'S', symmetric: true });
const p = parameter([3], { name: 'p' });
const q = parameter([3], { name: 'q' });
const w = parameter([3], { name: 'w', nonneg: true });
const v = parameter([3], { name: 'v', nonpos: true });
const P = parameter([3, 3], { name: 'P', psd: true });
const Q = parameter([3, 3], { name: 'Q', symmetric: true });

const verdicts: readonly [Expression, Curvature][] = [
  [constant([1, 2]), 'constant'],
  [p, 'constant'],
  [exp(p), 'constant'],
  [multiply(p, q), 'constant'],
  [x, 'affine'],
  [add(x, p), 'affine'],
  [matmul(X, p), 'affine'],
  [trace(matmul(S, Q)), 'affine'],
  [cumsum(diff(x)), 'affine'],
  [power(x, 0), 'affine'],
  [square(x), 'convex'],
  [negate(square(x)), 'concave'],
  [multiply(-2, log(x)), 'convex'],
  [subtract(square(x), log(x)), 'convex'],
  [subtract(log(x), exp(x)), 'concave'],
  [add(square(x), log(x)), 'unknown'],
  [multiply(x, y), 'unknown'],
  [multiply(w, square(x)), 'convex'],
  [multiply(v, square(x)), 'concave'],
  [multiply(p, square(x)), 'unknown'],
  [multiply([1, 2, 3], square(x)), 'convex'],
  [multiply([1, -2, 3], square(x)), 'unknown'],
  [dot(w, abs(x)), 'convex'],
  [diff(square(x)), 'unknown'],
  [exp(square(x)), 'convex'],
  [exp(log(x)), 'unknown'],
  [log(exp(x)), 'unknown'],
  [log(sqrt(x)), 'concave'],
  [square(square(x)), 'convex'],
  [square(negate(square(x))), 'convex'],
  [square(exp(x)), 'convex'],
  [square(sqrt(x)), 'unknown'],
  [abs(subtract(square(x), 1)), 'unknown'],
  [power(exp(x), 3), 'convex'],
  [power(subtract(exp(x), 1), 3), 'unknown'],
  [power(square(x), 0.5), 'unknown'],
  [power(sqrt(y), 0.5), 'concave'],
  [invPos(sqrt(x)), 'convex'],
  [invPos(square(x)), 'unknown'],
  [norm2(exp(x)), 'convex'],
  [norm1(log(x)), 'unknown'],
  [max(x, square(x), 1), 'convex'],
  [max(log(x)), 'unknown'],
  [min(log(x), 0), 'concave'],
  [pos(square(x)), 'convex'],
  [sumLargest(square(x), 2), 'convex'],
  [huber(square(x)), 'convex'],
  [logSumExp(square(x)), 'convex'],
  [entropy(x), 'concave'],
  [entropy(square(x)), 'unknown'],
  [relEntr(x, log(y)), 'convex'],
  [relEntr(x, exp(y)), 'unknown'],
  [quadOverLin(x, sqrt(t)), 'convex'],
  [quadOverLin(x, square(t)), 'unknown'],
  [quadForm(x, P), 'convex'],
  [quadForm(x, Q), 'unknown'],
  [quadForm(x, variable([3, 3], { name: 'V', psd: true })), 'unknown'],
  [quadForm(x, add(P, multiply(2, P), identity(3))), 'convex'],
  [quadForm(x, multiply(parameter([], { name: 'n', nonneg: true }), identity(3))), 'convex'],
  [quadForm(x, multiply(w, P)), 'unknown'],
  [quadForm(x, subtract(P, identity(3))), 'unknown'],
  [quadForm(x, transpose(P)), 'unknown'],
  [quadForm(x, negate(identity(3))), 'concave'],
  [quadForm(x, [[1, 0, 0], [0, 1, 0], [0, 0, -1]]), 'unknown'],
  [quadForm(square(x), P), 'unknown'],
  [geoMean(log(x)), 'concave'],
  [lambdaMax(S), 'convex'],
  [logDet(S), 'concave'],
  [lambdaMax(diag(square(x))), 'unknown'],
  [sum(concat([square(x), abs(x)])), 'convex'],
  [index(stack([square(x), log(x)]), 0), 'unknown'],
];

const joint: readonly [Expression, Curvature][] = [
  [p, 'affine'],
  [multiply(p, x), 'affine'],
  [multiply(add(p, multiply(2, q), 1), x), 'affine'],
  [multiply(p, q), 'unknown'],
  [multiply(p, multiply(q, x)), 'unknown'],
  [multiply(p, add(x, q)), 'unknown'],
  [multiply(square(p), x), 'unknown'],
  [multiply(w, square(x)), 'convex'],
  [multiply(w, square(add(x, p))), 'unknown'],
  [norm2(multiply(p, x)), 'convex'],
  [norm2(subtract(matmul(X, p), [1, 2])), 'convex'],
  [exp(p), 'convex'],
  [quadForm(x, P), 'convex'],
  [quadForm(add(x, p), P), 'convex'],
];

describe('rules of the modelling language', () => {
  for (const [expression, curvature] of verdicts) {
    it(`${textOf(expression)} is ${curvature}`, () => expect(expression.curvature).to.equal(curvature));
  }

  for (const [expression, curvature] of joint) {
    it(`${textOf(expression)} with its parameters is ${curvature}`, () =>
      expect(expression.jointCurvature).to.equal(curvature));
  }

  const minimised = (objective: Expression) => () => problem({ minimize: objective });
  const under = (...subjectTo: Parameters<typeof problem>[0]['subjectTo'] & object) => () =>
    problem({ minimize: sum(x), subjectTo });
  const refusals: Record<string, [act: () => unknown, code: string, names: string]> = {
    'a concave objective to minimise': [minimised(sum(log(x))), 'PARAMS', 'log(x)'],
    'a convex objective to maximise': [() => problem({ maximize: add(sum(x), norm2(x)) }), 'PARAMS', 'norm2(x)'],
    'a convex part of negative weight': [
      minimised(subtract(sum(x), norm2(x))),
      'PARAMS',
      'norm2(x) is convex, where concave is allowed',
    ],
    'convex beside concave': [minimised(sum(add(square(x), log(x)))), 'PARAMS', 'add(square(x), log(x))'],
    'a product of variables': [minimised(sum(multiply(x, y))), 'PARAMS', 'multiply(x, y)'],
    'a composition against the rules': [minimised(exp(add(1, square(log(t))))), 'PARAMS', 'square(log(t))'],
    'a parameter of unknown sign': [minimised(dot(p, square(x))), 'PARAMS', 'declare the parameters of p nonneg'],
    'a matrix of both signs': [
      minimised(quadForm(x, [[1, 0, 0], [0, 1, 0], [0, 0, -1]])),
      'PARAMS',
      'eigenvalues of both signs',
    ],
    'a parameter not declared psd': [minimised(quadForm(x, Q)), 'PARAMS', 'psd: true'],
    'a psd parameter in a constraint': [under(leq(quadForm(x, P), 1)), 'PARAMS', 'sumSquares(matmul(root, x))'],
    'a product of parameters': [minimised(add(norm2(x), dot(p, q))), 'PARAMS', 'a parameter of its own'],
    'a product with a parameter in both factors': [
      minimised(dot(p, multiply(q, x))),
      'PARAMS',
      'in place of multiply(q, x) a variable',
    ],
    'a curved function of a parameter as a factor': [
      minimised(dot(square(p), x)),
      'PARAMS',
      'square(p) is not affine in its parameters',
    ],
    'a convex upper side': [under(geq(norm2(x), 1)), 'PARAMS', 'geq(norm2(x), 1): the upper side'],
    'a concave lower side': [under(leq(sqrt(x), 1)), 'PARAMS', 'leq(sqrt(x), 1): the lower side'],
    'a curved equality': [under(eq(sumSquares(x), 1)), 'PARAMS', 'eq(sumSquares(x), 1): the left side'],
    'a convex bound of a cone': [under(soc(norm2(x), x)), 'PARAMS', 'soc(norm2(x), x): the bound'],
    'a curved vector in a cone': [under(soc(t, square(x))), 'PARAMS', 'the vector'],
    'a curved matrix': [under(psd(diag(square(x)))), 'PARAMS', 'the matrix'],
    'a curved argument of a cone': [under(expCone(x, y, sqrt(y))), 'PARAMS', 'each argument'],
    'what is no constraint': [() => problem({ minimize: t, subjectTo: [x as never] }), 'PARAMS', 'leq, geq, eq'],
    'a constraint that is a boolean': [
      () => problem({ minimize: t, subjectTo: [true as never] }),
      'PARAMS',
      'got true',
    ],
    'an array too large for memory': [() => variable([10000, 10000]), 'UNSUPPORTED', 'too large'],
    'a product too large for memory': [
      () => matmul(variable([2000, 2000]), variable([2000, 2000])),
      'UNSUPPORTED',
      'matmul',
    ],
    'no objective': [() => problem({} as Parameters<typeof problem>[0]), 'PARAMS', 'none'],
    'two objectives': [() => problem({ minimize: t, maximize: t } as never), 'PARAMS', 'both'],
    'no variable': [() => problem({ minimize: norm2(p), subjectTo: [leq(p, 1)] }), 'PARAMS', 'expected a variable'],
    'an objective of several numbers': [minimised(square(x)), 'SHAPE', 'square(x) has shape [3]'],
    'a foreign operand': [() => add(x, undefined as never), 'PARAMS', 'undefined'],
    'an exponent that is no number': [() => power(x, NaN), 'PARAMS', 'NaN'],
    'a ratio by a number below zero': [() => quadOverLin(x, -1), 'PARAMS', 'quadOverLin(x, -1)'],
    'a ratio by a parameter': [minimised(sum(divide(x, w))), 'PARAMS', 'invPos(w) is not affine in its parameters'],
    'an exponent that is a parameter': [minimised(sum(power(x, parameter()))), 'PARAMS', 'in geometric programs only'],
    'an exponent that is a vector': [() => power(x, p), 'PARAMS', 'a parameter of shape []'],
    'an exponent that is a variable': [() => power(x, t as never), 'PARAMS', 'a parameter of shape []'],
    'a ratio by zero': [() => divide(x, 0), 'PARAMS', 'divide(x, 0)'],
    'too many of the largest': [() => sumLargest(x, 4), 'PARAMS', 'sumLargest(x, 4)'],
    'weights that are not positive': [() => geoMean(x, [1, 0, 1]), 'PARAMS', 'geoMean(x, [1,0,1])'],
    'a threshold below zero': [() => huber(x, 0), 'PARAMS', 'huber(x, 0)'],
    'an exponent of a cone': [() => powCone(t, t, t, 1), 'PARAMS', 'alpha'],
    'shapes that do not go together': [() => add(x, X, t, [1, 2]), 'SHAPE', '[2, 3] and [2]'],
    'a matrix product that does not fit': [() => matmul(X, X), 'SHAPE', 'matmul(X, X)'],
    'a product with a number by matmul': [() => matmul(X, 2), 'SHAPE', 'multiply scales'],
    'a dot product of unequal lengths': [() => dot(x, [1, 2]), 'SHAPE', 'dot'],
    'a Kronecker product of vectors': [() => kron(x, x), 'SHAPE', 'kron'],
    'a trace of what is not square': [() => trace(X), 'SHAPE', 'trace(X)'],
    'a reshape to another size': [() => reshape(X, [4]), 'SHAPE', 'reshape(X)'],
    'a position outside': [() => index(X, 2), 'SHAPE', 'position 2 on an axis of 2'],
    'more positions than axes': [() => index(x, 0, 0), 'SHAPE', 'index(x, 0, 0)'],
    'an axis too many': [() => sum(x, 1), 'SHAPE', 'axis 1'],
    'stacked arrays of unequal length': [() => vstack([x, t]), 'SHAPE', '[1, 3] and [1, 1]'],
    'stacking nothing': [() => concat([]), 'SHAPE', 'at least one'],
    'a diagonal of a matrix that is not square': [() => diag(X), 'SHAPE', 'diag(X)'],
    'an order of differences too high': [() => diff(x, 3), 'SHAPE', 'order 3'],
    'a shape that is none': [() => variable([2, 0]), 'SHAPE', '[2,0]'],
    'a symmetric vector': [() => variable([3], { symmetric: true }), 'SHAPE', 'symmetric'],
    'a semidefinite cone of what is not square': [() => psd(X), 'SHAPE', 'psd(X)'],
    'cones of unequal counts': [() => soc(x, transpose(reshape(X, [3, 2]))), 'SHAPE', 'soc'],
    'ragged constants': [() => constant([[1, 2], [3]]), 'SHAPE', 'rows differ'],
    'constants of another size': [() => constant(Float64Array.of(1, 2), [3]), 'SHAPE', '3 entries'],
    'a constant that is no number': [() => add(x, [1, NaN, 2]), 'NONFINITE', 'entry 1 is NaN'],
    'a function outside its domain': [() => log(constant([1, 0])), 'NONFINITE', 'log(constant([2]))'],
  };
  for (const [title, [act, code, names]] of Object.entries(refusals)) {
    it(`refuses ${title}`, () => {
      const error = errorOf(act);
      expect(error.code).to.equal(code);
      expect(error.message).to.include(names);
    });
  }

  it('names anonymous leaves by their shapes and cuts long expressions', () => {
    expect(textOf(multiply(variable([2, 2]), parameter()))).to.equal('multiply(variable([2, 2]), parameter([]))');
    let long: Expression = x;
    for (let k = 0; k < 50; k++) long = add(long, 1);
    expect(textOf(long).length).to.be.below(200);
    let shared: Expression = x;
    for (let k = 0; k < 60; k++) shared = add(shared, shared);
    expect(textOf(geq(shared, 0).upper).length).to.be.below(200);
    expect(problem({ minimize: sum(shared), subjectTo: [geq(shared, 0)] }).canonical.structure.A.rows).to.equal(3);
  });
});

describe('values of parameters', () => {
  const { canonical } = problem({ minimize: add(quadForm(x, P), sum(multiply(add(p, w, v), x))) });
  const good = new Map<typeof p, unknown>([
    [p, [1, -1, 0]],
    [w, Float64Array.of(0, 1, 2)],
    [v, [0, -1, -2]],
    [P, [[2, 1, 0], [1, 2, 0], [0, 0, 0]]],
  ]);
  const packed = (changes: readonly (readonly [unknown, unknown])[]) => () =>
    packParameters(
      canonical,
      new Map(
        [...new Map([...good, ...changes] as [unknown, unknown][])].filter(([, value]) => value !== undefined),
      ) as never,
    );

  it('are laid out one after another, row-major', () => {
    const theta = packed([])();
    for (const { parameter: one, offset, size } of canonical.parameters) {
      const given = [good.get(one as never)].flat(2) as (number | Float64Array)[];
      expect([...theta.subarray(offset, offset + size)]).to.deep.equal(
        given.flatMap((value) => typeof value === 'number' ? value : [...value]),
      );
    }
    expect(theta.length).to.equal(canonical.size);
  });

  const refusals: Record<string, [change: readonly [unknown, unknown], code: string]> = {
    'a missing value': [[p, undefined], 'PARAMS'],
    'a parameter of another problem': [[q, [1, 2, 3]], 'PARAMS'],
    'a number for a vector': [[p, 1], 'SHAPE'],
    'another shape': [[p, [[1, 2, 3]]], 'SHAPE'],
    'another number of entries': [[p, Float64Array.of(1, 2)], 'SHAPE'],
    NaN: [[p, [1, NaN, 2]], 'NONFINITE'],
    infinity: [[p, Float64Array.of(1, Infinity, 2)], 'NONFINITE'],
    'a negative entry of a nonneg parameter': [[w, [0, -1e-3, 1]], 'PARAMS'],
    'a positive entry of a nonpos parameter': [[v, [0, 1e-3, -1]], 'PARAMS'],
    'a matrix that is not symmetric': [[P, [[2, 1, 0], [0, 2, 0], [0, 0, 0]]], 'PARAMS'],
    'an indefinite matrix': [[P, [[1, 2, 0], [2, 1, 0], [0, 0, 1]]], 'PARAMS'],
  };
  for (const [title, [change, code]] of Object.entries(refusals)) {
    it(`${title} is refused`, () => expect(codeOf(packed([change]))).to.equal(code));
  }
});
