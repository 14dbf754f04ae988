// A loss of your own from its forward pass alone, with an exact Hessian, its Newton step, its laws.
// Run: node examples/own-loss.js
import { batchOf, checked, createRng, newtonTarget } from 'newton-losses';
import { add, constant, defineProgramLoss, multiply, negate, softplus, subtract, sum } from 'newton-losses/autodiff';
import { runConformance } from 'newton-losses/conformance';

/** Cross-entropy of probabilities t with logits y: the sum of t log(1 + exp(-y)) + (1 - t) log(1 + exp(y)). */
const logistic = defineProgramLoss({
  name: 'logistic',
  title: 'Logistic loss',
  source: 'Cox, The Regression Analysis of Binary Sequences, 1958',
  target: { type: 'array', items: { type: 'number', minimum: 0, maximum: 1 }, minItems: 1 },
  capabilities: { convex: true, nonnegative: true },
  create: () => ({
    program(y, targets) { // (N, m) both -> (N, 1)
      const others = subtract(constant(y, 1), targets);
      return sum(add(multiply(targets, softplus(negate(y))), multiply(others, softplus(y))));
    },
    reject: (t, m) => (t.length === m ? undefined : `should have ${m} entries, got ${t.length}`),
  }),
  sample(params, rng, rows) {
    const vectors = (draw) => Array.from({ length: rows }, () => Array.from({ length: 3 }, draw));
    return { y: batchOf(vectors(() => rng.normal())), targets: vectors(() => rng.uniform()) };
  },
});

const loss = checked(logistic, {});
const targets = [[0.25, 0.8]];
let y = batchOf([[0, 0]]);
const { value, gradient, hessian } = loss.evaluate(y, targets, createRng(0));
console.log(`value ${value[0]}, gradient ${gradient().data}, Hessian ${hessian?.().blocks().data}`);

// Newton's method, without damping: the digits that are right double with every step, up to all that there are.
for (let step = 1; step <= 5; step++) {
  y = newtonTarget(loss.evaluate(y, targets, createRng(0)), y, { curvature: 'hessian', lambda: 0 }).target;
  const error = Math.max(Math.abs(y.data[0] + Math.log(3)), Math.abs(y.data[1] - Math.log(4)));
  console.log(
    `step ${step}: y = ${[...y.data].map((yj) => yj.toFixed(9)).join(', ')}, off by ${error.toExponential(0)}`,
  );
}

const results = runConformance(logistic);
const kept = results.filter(({ outcome }) => outcome === 'passed').length;
const broken = results.filter(({ outcome }) => outcome === 'failed').length;
console.log(`of the laws of losses it keeps ${kept}, and breaks ${broken}`);
