import { expect } from 'chai';
import { type Batch, batchOf, row } from '../../../core/batch.js';
import type { CheckedLoss } from '../../../core/checked.js';
import { meanOfRows } from '../../../core/linear-algebra/gram.js';
import { ranksOf } from '../../../core/ranking.js';
import { createRng } from '../../../core/random/rng.js';
import { openRegistry } from '../../../node/open-registry.js';

const registry = await openRegistry();
const networks = registry.names.filter((name) => name.startsWith('dsn-'));

interface Rankings {
  readonly y: Batch;
  readonly ranks: number[][];
}

const SPREADS = { near: 0.1, tied: 0, far: 300 };

/** Rankings of scores near each other, equal, or so far apart that X underflows; `mixed` in turns. */
function rankings(kind: keyof typeof SPREADS | 'mixed', N: number, n: number): Rankings {
  const rng = createRng(n);
  const kinds = kind === 'mixed' ? (['near', 'far', 'near', 'tied', 'far'] as const) : [kind];
  const scores = Array.from({ length: N }, (_, i) => {
    const spread = SPREADS[kinds[i % kinds.length]];
    return Array.from({ length: n }, () => spread * rng.normal());
  });
  return { y: batchOf(scores), ranks: scores.map((of) => ranksOf(of.map(() => rng.integer(n)))) };
}

const evaluate = (loss: CheckedLoss<number[]>, { y, ranks }: Rankings) => loss.evaluate(y, ranks, createRng(0));

/** The mean is that of the blocks, to rounding, whichever is asked for first. */
function expectMeans(loss: CheckedLoss<number[]>, batch: Rankings, what: string): void {
  const { rows: N, cols: n } = batch.y;
  const H = evaluate(loss, batch).hessian!();
  const before = H.mean();
  const { data } = H.blocks();
  const [C, after] = [meanOfRows(data, N, n * n), H.mean()];
  const largest = Math.max(...C.map(Math.abs));
  for (let k = 0; k < C.length; k++) expect(before[k], `${what} ${k}`).to.be.closeTo(C[k], 1e-13 * largest);
  expect(after, what).to.deep.equal(before);
}

describe('the mean Hessian of a network', () => {
  for (const name of networks) {
    it(`of ${name} is the mean of its blocks`, async () => {
      for (const network of ['odd-even', 'bitonic'] as const) {
        for (const crossEntropy of ['binary', 'row', 'float32'] as const) {
          const loss = await registry.create(name, { network, crossEntropy }) as CheckedLoss<number[]>;
          for (const n of [2, 3, 5, 8]) {
            for (const kind of ['near', 'tied', 'mixed', 'far'] as const) {
              if (crossEntropy === 'float32' && kind !== 'near') continue; // spikes, and infinities where X is 0
              for (const N of [1, 2, 5]) {
                expectMeans(loss, rankings(kind, N, n), `${network} ${crossEntropy} ${kind} ${N} x ${n}`);
              }
            }
          }
        }
      }
    });
  }

  it('is so for many scores, and with more samples than are remembered', async () => {
    const loss = await registry.create('dsn-logistic', {});
    for (const n of [32, 33]) expectMeans(loss, rankings('near', 5, n), `${n} scores`);
    expectMeans(loss, rankings('near', 1, 90), '90 scores');
    expectMeans(loss, rankings('near', 301, 32), '301 samples');
  });
});

describe('Hessians of networks', () => {
  it('have rows that depend on their own sample alone', async () => {
    for (const crossEntropy of ['binary', 'row', 'float32'] as const) {
      const loss = await registry.create('dsn-cauchy', { crossEntropy });
      const { y, ranks } = rankings(crossEntropy === 'float32' ? 'near' : 'mixed', 7, 5);
      const together = evaluate(loss, { y, ranks }).hessian!().blocks();
      for (let i = 0; i < y.rows; i++) {
        const alone = { y: batchOf([row(y, i)]), ranks: [ranks[i]] };
        expect(evaluate(loss, alone).hessian!().blocks().data, `${i}`).to.deep.equal(row(together, i));
      }
    }
  });

  for (const crossEntropy of ['binary', 'float32'] as const) {
    it(`are of their own evaluation, whatever is evaluated in between (${crossEntropy})`, async () => {
      const [logistic, cauchy] = await Promise.all(
        ['dsn-logistic', 'dsn-cauchy'].map((name) =>
          registry.create(name, { crossEntropy }) as Promise<CheckedLoss<number[]>>
        ),
      );
      const [near, others] = [rankings('near', 6, 5), rankings(crossEntropy === 'binary' ? 'mixed' : 'near', 5, 5)];
      const [expected, expectedOther] = [evaluate(logistic, near), evaluate(cauchy, others)]
        .map((e) => e.hessian!().mean());
      const e = evaluate(logistic, near);
      const other = evaluate(cauchy, others);
      expect(e.hessian!().mean()).to.deep.equal(expected);
      expect(other.hessian!().mean()).to.deep.equal(expectedOther);
      evaluate(logistic, others).gradient();
      expect(evaluate(logistic, near).hessian!().mean()).to.deep.equal(expected);
      expect(e.hessian!().mean()).to.deep.equal(expected);
    });
  }
});
