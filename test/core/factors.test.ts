import { expect } from 'chai';
import { type Batch, batchOf, row } from '../../core/batch.js';
import { type Factors, meanOfFactors } from '../../core/factors.js';
import type { Evaluation } from '../../core/loss.js';
import { lowRank } from '../../core/matrices.js';
import { newtonStep, type NewtonOptions } from '../../core/newton/index.js';
import { createRng, type Rng } from '../../core/random/rng.js';
import {
  codeOf,
  evaluationOf,
  identity,
  type Matrix,
  meanBlock,
  normalBatch,
  plus,
  relativeError,
  rowsOf,
  scale,
  square,
  times,
  transposed,
} from './newton/dense.js';

interface Kind {
  readonly symmetric?: boolean;
  readonly sparse?: boolean;
  readonly shift?: boolean;
  readonly diagonal?: boolean;
}

function randomFactors(
  rng: Rng,
  N: number,
  rank: number,
  m: number,
  { symmetric, sparse, shift, diagonal }: Kind,
): Factors {
  const left = normalBatch(rng, N * rank, m);
  if (sparse) { for (let k = 0; k < left.data.length; k++) if (k % m !== 0 && rng.uniform() < 0.9) left.data[k] = 0; }
  return {
    rank,
    weights: normalBatch(rng, 1, N * rank).data,
    left,
    right: symmetric ? left : normalBatch(rng, N * rank, m),
    ...(shift && { shift: normalBatch(rng, 1, N).data }),
    ...(diagonal && { diagonal: normalBatch(rng, N, m) }),
  };
}

/** The definition, slowly. */
function dense({ rank, weights, left, right, shift, diagonal }: Factors): Matrix[] {
  return Array.from({ length: weights.length / rank }, (_, i) => {
    const half = Array.from({ length: rank }, (_, s) => {
      const k = i * rank + s;
      return scale(times(transposed([[...row(left, k)]]), [[...row(right, k)]]), 0.5 * weights[k]);
    }).reduce(plus);
    const d = identity(left.cols).map((unit, j) =>
      unit.map((x) => x * ((shift?.[i] ?? 0) + (diagonal ? row(diagonal, i)[j] : 0)))
    );
    return plus(plus(half, transposed(half)), d);
  });
}

const KINDS: readonly Kind[] = [
  ...[{}, { symmetric: true }, { sparse: true }, { shift: true }, { symmetric: true, shift: true }, {
    sparse: true,
    shift: true,
  }],
  ...[{ diagonal: true }, { symmetric: true, shift: true, diagonal: true }],
];
const SIZES = [[1, 1, 1], [3, 2, 5], [5, 30, 4], [4, 1, 12], [7, 3, 40]] as const;

function everyCase(test: (factors: Factors, N: number, m: number, label: string) => void): void {
  SIZES.forEach(([N, rank, m], s) =>
    KINDS.forEach((kind, k) => {
      test(
        randomFactors(createRng(10 * s + k), N, rank, m, kind),
        N,
        m,
        `N ${N}, rank ${rank}, m ${m}, ${JSON.stringify(kind)}`,
      );
    })
  );
}

describe('curvature factors', () => {
  it('give the blocks, products and mean of their definition', () => {
    everyCase((factors, N, m, label) => {
      const H = dense(factors);
      const C = lowRank(factors);
      expect([C.count, C.size]).to.deep.equal([N, m]);
      rowsOf(C.blocks()).forEach((block, i) => expect(relativeError(square(block, m), H[i]), label).to.be.below(1e-13));
      const v = normalBatch(createRng(1), N, m);
      const expected = H.map((block, i) => times(block, transposed([[...row(v, i)]])).flat());
      expect(relativeError(rowsOf(C.times(v)), expected), label).to.be.below(1e-13);
      const mean = scale(H.reduce(plus), 1 / N);
      expect(relativeError(square([...C.mean()], m), mean), label).to.be.below(1e-13);
    });
  });

  it('give an exactly symmetric mean, whatever was computed before', () => {
    const first = randomFactors(createRng(1), 9, 30, 13, {});
    const expected = [...meanOfFactors(first)];
    meanOfFactors(randomFactors(createRng(2), 2, 70, 14, { symmetric: true }));
    const again = meanOfFactors(first);
    expect([...again]).to.deep.equal(expected);
    for (let a = 0; a < 13; a++) for (let b = 0; b < a; b++) expect(again[a * 13 + b]).to.equal(again[b * 13 + a]);
  });
});

describe('newtonStep with factors', () => {
  const step = (e: Evaluation, G: Batch, options: Partial<NewtonOptions>): Batch =>
    newtonStep({ ...e, gradient: () => G }, { curvature: 'hessian', lambda: 20, ...options }).direction;

  it('gives what the blocks give, by every solver and in both scopes', () => {
    everyCase((factors, N, m, label) => {
      const G = normalBatch(createRng(4), N, m);
      const e = evaluationOf(G, { hessian: () => lowRank(factors) });
      const blocksAlone = evaluationOf(G, { hessian: () => lowRank(factors).blocks() });
      for (const scope of ['batch', 'sample'] as const) {
        for (const lambda of [20, { relative: 3 }]) {
          const expected = rowsOf(step(blocksAlone, G, { scope, lambda }));
          for (const solver of ['auto', 'direct', 'woodbury'] as const) {
            const got = rowsOf(step(e, G, { scope, lambda, solver }));
            expect(relativeError(got, expected), `${label}, ${scope}, ${solver}`).to.be.below(1e-9);
          }
        }
      }
    });
  });

  it('loses no digits to a small lambda by Woodbury with more factors than outputs', () => {
    const [N, m] = [8, 4];
    const G = normalBatch(createRng(7), N, m);
    const weights = new Float64Array(2 * N).fill(1);
    const e = evaluationOf(G, { hessian: () => lowRank({ ...randomFactors(createRng(8), N, 2, m, {}), weights }) });
    for (const scope of ['batch', 'sample'] as const) {
      for (const lambda of [1e-6, 1e-9]) {
        const [woodbury, direct] = (['woodbury', 'direct'] as const).map((solver) =>
          rowsOf(step(e, G, { lambda, solver, scope }))
        );
        expect(relativeError(woodbury, direct), `${scope} ${lambda}`).to.be.below(1e-13);
      }
    }
  });

  it('takes Woodbury where the rank is below the size, and never for eigenvalues that are to be changed', () => {
    const factors = randomFactors(createRng(5), 3, 2, 20, {});
    const G = normalBatch(createRng(6), 3, 20);
    let blocks = 0;
    const C = lowRank(factors);
    const counting = evaluationOf(G, { hessian: () => ({ ...C, blocks: () => (blocks++, C.blocks()) }) });
    step(counting, G, { scope: 'sample' });
    expect(blocks).to.equal(0);
    step(counting, G, { scope: 'sample', definiteness: 'absolute' });
    expect(blocks).to.equal(1);
    expect(codeOf(() => step(counting, G, { solver: 'woodbury', definiteness: 'absolute' }))).to.equal('UNSUPPORTED');
    expect(codeOf(() => step(evaluationOf(G, { hessian: () => C.blocks() }), G, { solver: 'woodbury' }))).to.equal(
      'UNSUPPORTED',
    );
  });

  it('solves densely where a shift takes the damping below 0', () => {
    const factors = {
      ...randomFactors(createRng(7), 3, 2, 20, { symmetric: true }),
      shift: Float64Array.of(-30, -20, 5),
    };
    const G = normalBatch(createRng(8), 3, 20);
    const C = lowRank(factors);
    const e = evaluationOf(G, { hessian: () => C });
    const options: Partial<NewtonOptions> = { scope: 'sample', lambda: 10 };
    expect(
      relativeError(
        rowsOf(step(e, G, options)),
        rowsOf(step(evaluationOf(G, { hessian: () => C.blocks() }), G, options)),
      ),
    ).to.be.below(1e-9);
  });

  it('gives Gauss-Newton directions and the spectrum of the mean', () => {
    const J = normalBatch(createRng(9), 4, 10);
    const factors: Factors = { rank: 2, weights: new Float64Array(4).fill(0.5), left: J, right: J };
    const C = lowRank(factors);
    const e = evaluationOf(normalBatch(createRng(10), 2, 10), { gaussNewton: () => C });
    const { direction, diagnostics } = newtonStep(e, { curvature: 'gauss-newton', lambda: 1 });
    const dense = newtonStep({ ...evaluationOf(e.gradient()), gaussNewton: () => C.blocks() }, {
      curvature: 'gauss-newton',
      lambda: 1,
    });
    expect(relativeError(rowsOf(direction), rowsOf(dense.direction))).to.be.below(1e-12);
    expect(diagnostics().largestEigenvalue).to.be.closeTo(dense.diagnostics().largestEigenvalue, 1e-12);
    expect(relativeError(square([...C.mean()], 10), meanBlock(C.blocks()))).to.be.below(1e-13);
  });

  it('refuses what is not finite', () => {
    const bad = { ...randomFactors(createRng(11), 2, 2, 9, {}), weights: Float64Array.of(1, NaN, 1, 1) };
    const G = batchOf([new Array<number>(9).fill(1), new Array<number>(9).fill(2)]);
    const e = evaluationOf(G, { hessian: () => lowRank(bad) });
    for (const solver of ['direct', 'woodbury'] as const) {
      for (const scope of ['batch', 'sample'] as const) {
        expect(codeOf(() => step(e, G, { solver, scope }))).to.equal('NONFINITE');
      }
    }
    const skipped = newtonStep(e, { curvature: 'hessian', lambda: 1, scope: 'sample', onSingular: 'skip' });
    expect([...row(skipped.direction, 0)]).to.deep.equal(new Array<number>(9).fill(0));
    expect(row(skipped.direction, 1)[0]).to.not.equal(0);
  });
});
