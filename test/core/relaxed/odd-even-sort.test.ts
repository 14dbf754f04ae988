import { expect } from 'chai';
import { add, constant, gather, log, log1p, mean, multiply, negate, subtract } from '../../../core/autodiff/index.js';
import { checked } from '../../../core/checked.js';
import { toPermutation } from '../../../core/ranking.js';
import { assign, type Body, defineRelaxedLoss, For, greaterThan, If, read } from '../../../core/relaxed/index.js';
import { createRng } from '../../../core/random/rng.js';
import dsnLogistic from '../../../plugins/dsn-logistic.js';

describe('relaxed odd-even transposition sort', () => {
  /** Exchanges runs j and j + 1, each of `width` columns. */
  const exchange = (name: string, n: number, j: number, width: number): Body => {
    const order = Array.from({ length: n * width }, (_, k) => k);
    order.splice(
      j * width,
      2 * width,
      ...order.slice((j + 1) * width, (j + 2) * width),
      ...order.slice(j * width, (j + 1) * width),
    );
    return assign(name, (s) => gather(s[name], order));
  };
  const program = (n: number): Body =>
    For(
      n,
      (turn) =>
        For(Array.from({ length: (n - (turn % 2)) >> 1 }, (_, k) => (turn % 2) + 2 * k), (j) =>
          If(greaterThan(read('score', j), read('score', j + 1)), [
            exchange('score', n, j, 1),
            exchange('P', n, j, n),
          ])),
    );
  const loss = defineRelaxedLoss({
    ...dsnLogistic,
    create: ({ steepness }) => ({
      settings: { beta: steepness },
      variables: (y) => ({
        score: y,
        P: Float64Array.from({ length: y.cols ** 2 }, (_, k) => Number(k % (y.cols + 1) === 0)),
      }),
      program,
      output: 'P',
      loss(P, targets) {
        const T = constant(P, targets.map((ranks) => toPermutation(ranks)));
        return negate(mean(add(multiply(T, log(P)), multiply(subtract(1, T), log1p(negate(P))))));
      },
    }),
  });

  it('is the differentiable sorting network', () => {
    const params = { steepness: 2, network: 'odd-even' } as const;
    for (const n of [4, 5]) {
      const rng = createRng(n);
      const y = { rows: 3, cols: n, data: Float64Array.from({ length: 3 * n }, () => rng.normal()) };
      const targets = [0, 1, 2].map(() => [...rng.permutation(n)]);
      const [got, expected] = [loss, dsnLogistic].map((plugin) => checked(plugin, params).evaluate(y, targets, rng));
      const close = (a: Float64Array, b: Float64Array): void =>
        a.forEach((entry, k) => expect(entry).to.be.closeTo(b[k], 1e-11));
      close(got.value, expected.value);
      close(got.gradient().data, expected.gradient().data);
      close(got.hessian!().blocks().data, expected.hessian!().blocks().data);
    }
  });
});
