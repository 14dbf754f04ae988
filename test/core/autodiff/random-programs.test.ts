import * as ops from '../../../core/autodiff/index.js';
import type { Program, Var } from '../../../core/autodiff/index.js';
import { createRng, type Rng } from '../../../core/random/rng.js';
import { checkDerivatives } from './check-derivatives.js';

const { add, concat, expand, multiply, slice, tanh } = ops;
const K = 3;

/** Steps from two vectors of K entries to another, of moderate size whatever they get. */
const steps: readonly ((a: Var, b: Var) => Var)[] = [
  add,
  ops.subtract,
  (a, b) => multiply(tanh(a), b),
  (a, b) => ops.divide(a, add(1, ops.square(b))),
  (a, b) => multiply(slice(a, 1, 2), tanh(b)),
  (a, b) => ops.min(a, b),
  (a, b) => ops.max(ops.negate(a), b),
  (a) => ops.exp(tanh(a)),
  (a, b) => ops.log(add(1.5, tanh(ops.subtract(a, b)))),
  (a) => ops.log1p(ops.abs(a)),
  (a) => ops.sqrt(add(0.1, ops.square(a))),
  (a, b) => ops.power(add(1.5, multiply(tanh(a), ops.logistic(b))), 1.7),
  (a, b) => ops.softplus(ops.subtract(a, b)),
  (a, b) => add(ops.relu(a), multiply(0.1, b)),
  (a, b) => ops.clamp(a, add(-1, tanh(b)), 1),
  (a, b) => ops.gather(concat(a, b), [4, 0, 2]),
  (a, b) => ops.scatter(concat(a, tanh(b)), [0, 1, 0, 2, 2, 1], K),
  (a, b) => ops.sort(ops.subtract(a, b)),
  (a, b) => multiply(ops.softmax(ops.square(tanh(a))), b),
  (a, b) =>
    ops.sum(multiply(ops.softmin(concat(a, b), { shape: [2, K], axis: 0 }), concat(a, b)), { shape: [2, K], axis: 0 }),
  (a, b) => ops.logsumexp(concat(a, b), { shape: [K, 2], axis: 1 }),
  (a, b) => expand(ops.dot(tanh(a), b), { shape: [K], axis: 0 }),
  (a, b) => ops.mean(concat(a, b, b), { shape: [K, K], axis: 0 }),
];

/** Twelve steps, each on two of the results so far; the sum of the last three results. */
function randomProgram(rng: Rng): Program {
  const plan = Array.from(
    { length: 12 },
    (_, k) => ({ step: steps[rng.integer(steps.length)], a: rng.integer(k + 2), b: rng.integer(k + 2) }),
  );
  return (y) => {
    const results = [slice(y, 0, K), slice(y, K, 2 * K)];
    for (const { step, a, b } of plan) results.push(step(results[a], results[b]));
    return ops.sum(concat(...results.slice(-3)));
  };
}

describe('random programs', () => {
  for (let seed = 0; seed < 40; seed++) {
    it(`number ${seed} has the derivatives that differences show`, () => {
      const rng = createRng(seed);
      const program = randomProgram(rng.split(0));
      checkDerivatives(program, Float64Array.from({ length: 2 * K }, () => rng.normal()), rng);
    });
  }
});
