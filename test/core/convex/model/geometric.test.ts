import { expect } from 'chai';
import {
  abs,
  add,
  type Constraint,
  divide,
  eq,
  evaluate,
  exp,
  type Expression,
  geoMean,
  geq,
  index,
  kron,
  leq,
  log,
  matmul,
  max,
  min,
  multiply,
  norm1,
  norm2,
  normInf,
  type Operand,
  packParameters,
  parameter,
  pos,
  power,
  problem,
  psd,
  quadOverLin,
  reshape,
  sqrt,
  square,
  subtract,
  sum,
  sumLargest,
  sumSquares,
  variable,
} from '../../../../core/convex/model/index.js';
import { createRng } from '../../../../core/random/rng.js';
import { codeOf, errorOf, expectClose, solved } from './support.js';

const gp = { gp: true };

describe('geometric programs', () => {
  it('the largest box of given wall and floor', () => {
    const [h, w, d] = [variable(), variable(), variable()];
    const subjectTo = [
      leq(multiply(2, add(multiply(h, w), multiply(h, d))), 100),
      leq(multiply(w, d), 10),
      leq(divide(h, w), 2),
      geq(divide(h, w), 0.5),
      leq(divide(d, w), 2),
      geq(divide(d, w), 0.5),
    ];
    const { objective, value } = solved(problem({ maximize: multiply(multiply(h, w), d), subjectTo }, gp));
    // The wall, the floor and h = 2 w bind: w d = 10 and 4 w^2 + 4 w d = 100, so w = sqrt(15).
    expectClose([...value(w), ...value(h), ...value(d)], [Math.sqrt(15), 2 * Math.sqrt(15), 10 / Math.sqrt(15)], 1e-6);
    expectClose([objective], [20 * Math.sqrt(15)], 1e-7);
  });

  const write = (a: Operand, b: Operand, power_: (y: Expression) => Expression) => {
    const [x, y, z] = [variable(), variable(), variable()];
    const faces = add(multiply(x, y), multiply(x, z), multiply(y, z));
    const subjectTo = [leq(multiply(a, faces), b), geq(x, power_(y))];
    return {
      program: problem({ minimize: divide(1, multiply(multiply(x, y), z)), subjectTo }, gp),
      variables: [x, y, z],
      subjectTo,
    };
  };

  it('parameters may be multiplied and be exponents; values equal those of constants in their place', () => {
    const [a, b, c] = [parameter([], { nonneg: true }), parameter(), parameter()];
    const parametrised = write(multiply(a, a), b, (y) => power(y, c));
    for (const [av, bv, cv] of [[Math.SQRT2, 1, 0.5], [0.3, 2, 1.5], [5, 0.1, 0.8]]) {
      const plain = write(av * av, bv, (y) => power(y, cv));
      const [first, second] = [
        solved(parametrised.program, new Map([[a, av], [b, bv], [c, cv]])),
        solved(plain.program),
      ];
      expectClose([first.objective], [second.objective], 1e-7);
      parametrised.variables.forEach((one, k) => expectClose(first.value(one), second.value(plain.variables[k]), 1e-5));
    }
    const places = parametrised.program.canonical.parameters;
    expect(places.map(({ parameter: one, logs }) => [[a, b, c].indexOf(one), logs])).to.deep.include.members([
      [0, true],
      [1, true],
      [2, false],
    ]);
  });

  it('duals are those of the constraints in logarithms', () => {
    // minimise x with x >= 3: d log x / d log 3 = 1
    const x = variable();
    const floor = geq(x, 3);
    expectClose(solved(problem({ minimize: x, subjectTo: [floor] }, gp)).dual(floor), [1], 1e-7);
  });

  const functions: Record<string, (x: Expression) => Expression> = {
    sum,
    'a posynomial with a constant': (x) => add(sum(multiply([1, 2, 0.5], x)), 3, 0),
    matmul: (x) => sum(matmul([[1, 2, 0], [0, 0, 3]], x)),
    'a product of sums': (x) => multiply(sum(x), add(index(x, 0), 1)),
    kron: (x) => sum(kron(reshape(x, [1, 3]), reshape(x, [3, 1]))),
    square: (x) => sum(square(x)),
    power: (x) => sum(power(x, -1.7)),
    sqrt: (x) => sum(sqrt(x)),
    max: (x) => max(x),
    'max of two': (x) => sum(max(x, 1)),
    abs: (x) => sum(abs(pos(x))),
    exp: (x) => sum(exp(x)),
    geoMean: (x) => geoMean(x, [1, 2, 3]),
    norm1,
    norm2,
    normInf,
    sumSquares,
    quadOverLin: (x) => quadOverLin(x, index(x, 1)),
    'a ratio by a monomial': (x) => divide(norm2(x), multiply(2, index(x, 0))),
  };
  for (const [title, of] of Object.entries(functions)) {
    it(`${title} keeps its value`, () => {
      const [x, p] = [variable([3]), parameter([3])];
      const objective = of(x);
      const fixed = problem({ minimize: objective, subjectTo: [eq(x, p)] }, gp);
      for (let seed = 0; seed < 3; seed++) {
        const rng = createRng(seed);
        const at = [0, 1, 2].map(() => Math.exp(rng.normal()));
        const { objective: value, value: read } = solved(fixed, new Map([[p, at]]));
        expectClose([value], evaluate(objective, new Map([[x, at]])), 1e-6);
        expectClose(read(x), at, 1e-7);
      }
    });
  }

  it('concave ones are maximised', () => {
    const x = variable([3]);
    const { objective } = solved(problem({ maximize: min(x), subjectTo: [eq(x, [3, 2, 4])] }, gp));
    expectClose([objective], [2], 1e-7);
    const y = variable();
    expectClose([solved(problem({ maximize: log(y), subjectTo: [leq(y, 5)] }, gp)).objective], [Math.log(5)], 1e-7);
  });

  const x = variable([2], { name: 'x' });
  const y = variable([], { name: 'y' });
  const minimised = (objective: Expression, ...subjectTo: Constraint[]) => () =>
    problem({ minimize: objective, subjectTo }, gp);
  const refusals: Record<string, [act: () => unknown, names: string]> = {
    'a difference': [minimised(subtract(sum(x), y)), 'no negative terms'],
    'a number that is not positive': [minimised(add(y, -1)), '-1'],
    'a product with zero': [minimised(multiply(0, y)), 'is 0'],
    'a function without a rule': [minimised(sumLargest(x, 1)), 'sumLargest has no rule'],
    'a sum above a bound': [minimised(y, geq(sum(x), 1)), 'the upper side'],
    'an equality of sums': [minimised(y, eq(sum(x), 1)), 'the left side'],
    'a sum to be maximised': [() => problem({ maximize: sum(x) }, gp), 'logSumExp'],
    'a semidefinite cone': [minimised(y, psd(reshape(y, [1, 1]))), 'leq, geq and eq only'],
    'a symmetric matrix': [minimised(sum(variable([2, 2], { symmetric: true }))), 'not kept'],
    'a parameter declared nonpos': [minimised(multiply(parameter([], { nonpos: true }), y)), 'nonpos'],
  };
  for (const [title, [act, names]] of Object.entries(refusals)) {
    it(`refuses ${title}`, () => {
      const error = errorOf(act);
      expect(error.code).to.equal('PARAMS');
      expect(error.message).to.include(names);
    });
  }

  it('refuses parameters that are not positive', () => {
    const p = parameter();
    const { canonical } = problem({ minimize: multiply(p, y), subjectTo: [geq(y, 1)] }, gp);
    expect(codeOf(() => packParameters(canonical, new Map([[p, 0]])))).to.equal('PARAMS');
    expectClose(packParameters(canonical, new Map([[p, 2]])), [Math.log(2)], 1e-15);
  });
});
