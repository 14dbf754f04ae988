import { byProducts } from '../../../core/matrices.js';
import { expect } from 'chai';
import { type Batch, batchOf, timesBlocks } from '../../../core/batch.js';
import { fisherDirections, type NewtonDiagnostics, newtonStep } from '../../../core/newton/index.js';
import { createRng } from '../../../core/random/rng.js';
import { evaluationOf, normalBatch, symmetricBlocks } from './dense.js';

const diagonals = (...pairs: [number, number][]): Batch => batchOf(pairs.map(([a, b]) => [a, 0, 0, b]));

function expectClose(actual: NewtonDiagnostics, expected: Partial<NewtonDiagnostics>, tolerance = 1e-12): void {
  for (const [key, value] of Object.entries(expected)) {
    expect(actual[key as keyof NewtonDiagnostics], key).to.be.closeTo(value, tolerance * Math.max(1, Math.abs(value)));
  }
}

describe('diagnostics', () => {
  const G = batchOf([[3, 0], [0, 4]]);

  it('of a batch: its one matrix', () => {
    const H = diagonals([1, 8], [3, -2]); // mean diag(2, 3)
    const step = newtonStep(evaluationOf(G, { hessian: () => H }), { curvature: 'hessian', lambda: { relative: 0.4 } });
    expectClose(step.diagnostics(), {
      smallestEigenvalue: 2,
      largestEigenvalue: 3,
      conditionNumber: 4 / 3,
      smallestLambda: 1,
      largestLambda: 1,
      directionToGradient: Math.hypot(3 / 3, 4 / 4) / 5,
      nonfiniteShare: 0,
      skippedShare: 0,
    });
  });

  it('of samples: the extremes over their matrices', () => {
    const H = diagonals([1, 8], [3, -2]);
    const step = newtonStep(evaluationOf(G, { hessian: () => H }), {
      curvature: 'hessian',
      lambda: { relative: 0.2 },
      scope: 'sample',
    });
    // mean |diagonal| 4.5 and 2.5, lambda 0.9 and 0.5; damped diag(1.9, 8.9) and diag(3.5, -1.5)
    const expected = {
      smallestEigenvalue: -2,
      largestEigenvalue: 8,
      conditionNumber: 8.9 / 1.9,
      smallestLambda: 0.5,
      largestLambda: 0.9,
    };
    expectClose(step.diagnostics(), expected);
  });

  it('of an indefinite matrix: the condition of what was solved with', () => {
    const e = evaluationOf(G, { hessian: () => diagonals([1, -4], [1, -4]) });
    const condition = (definiteness: 'tikhonov' | 'absolute' | 'clip'): number =>
      newtonStep(e, { curvature: 'hessian', lambda: 1, definiteness }).diagnostics().conditionNumber;
    expect(condition('tikhonov')).to.be.closeTo(3 / 2, 1e-14);
    expect(condition('absolute')).to.be.closeTo(5 / 2, 1e-14);
    expect(condition('clip')).to.be.closeTo(2, 1e-14);
  });

  it('do not depend on the solver of a Fisher matrix', () => {
    const rng = createRng(1);
    for (const [N, m] of [[3, 7], [7, 3], [1, 1]] as const) {
      const gradients = normalBatch(rng, N, m);
      const direct = fisherDirections(gradients, { lambda: 0.1, solver: 'direct' }).diagnostics();
      for (const solver of ['woodbury', 'conjugate-gradient'] as const) {
        const { smallestEigenvalue, conditionNumber, ...rest } = fisherDirections(gradients, { lambda: 0.1, solver })
          .diagnostics();
        expectClose(direct, rest, 1e-9);
        if (solver === 'woodbury' || N >= m) expectClose(direct, { smallestEigenvalue, conditionNumber }, 1e-9);
      }
    }
  });

  it('of each sample own Fisher matrix: |g|^2 and 0', () => {
    const options = { lambda: 0.5, scope: 'sample' } as const;
    const several = { smallestEigenvalue: 0, largestEigenvalue: 16, conditionNumber: 16.5 / 0.5 };
    expectClose(fisherDirections(G, options).diagnostics(), several);
    const oneOutput = { smallestEigenvalue: 9, largestEigenvalue: 16, conditionNumber: 1 };
    expectClose(fisherDirections(batchOf([[3], [4]]), options).diagnostics(), oneOutput);
  });

  it('from conjugate gradients: Ritz values', () => {
    const rng = createRng(2);
    const gradients = normalBatch(rng, 4, 6);
    const H = symmetricBlocks(rng, 4, 6, 'psd');
    const e = evaluationOf(gradients, { hessian: () => byProducts((v) => timesBlocks(H, v), 4, 6) });
    for (const scope of ['batch', 'sample'] as const) {
      const options = { curvature: 'hessian', lambda: 0.5, scope } as const;
      const direct = newtonStep(e, { ...options, solver: 'direct' }).diagnostics();
      expectClose(newtonStep(e, { ...options, solver: 'conjugate-gradient' }).diagnostics(), { ...direct }, 1e-6);
    }
  });

  it('count the samples that are not finite', () => {
    const skip = { lambda: 1, onSingular: 'skip' } as const;
    const gradients = batchOf([[1, 1], [NaN, 1], [1, 1], [1, 1]]);
    const H = batchOf([[1, 0, 0, 1], [1, 0, 0, 1], [1, Infinity, 0, 1], [1, 0, 0, 1]]);
    for (const given of [H, byProducts((v) => timesBlocks(H, v), 4, 2)]) {
      for (const scope of ['batch', 'sample'] as const) {
        const found = newtonStep(evaluationOf(gradients, { hessian: () => given }), {
          ...skip,
          curvature: 'hessian',
          scope,
        }).diagnostics();
        expect(found.nonfiniteShare).to.equal(0.5);
        expect(found.skippedShare).to.equal(scope === 'batch' ? 1 : 0.5);
      }
    }
    expect(fisherDirections(gradients, skip).diagnostics()).to.deep.equal({
      smallestEigenvalue: NaN,
      largestEigenvalue: NaN,
      conditionNumber: NaN,
      smallestLambda: NaN,
      largestLambda: NaN,
      directionToGradient: 0,
      nonfiniteShare: 0.25,
      skippedShare: 1,
    });
    expect(fisherDirections(batchOf([[1e200, 0], [0, 1]]), skip).diagnostics().nonfiniteShare).to.equal(0.5);
  });

  it('of curvature none are those of the identity', () => {
    const found = newtonStep(evaluationOf(G), { curvature: 'none', lambda: 3 }).diagnostics();
    const identity = {
      smallestEigenvalue: 1,
      largestEigenvalue: 1,
      conditionNumber: 1,
      smallestLambda: 0,
      largestLambda: 0,
    };
    expectClose(found, { ...identity, directionToGradient: 1 });
  });

  it('are not computed before they are asked for', () => {
    let asked = 0;
    const e = evaluationOf(G, { hessian: () => (asked++, diagonals([1, 1], [1, 1])) });
    const step = newtonStep(e, { curvature: 'hessian', lambda: 1 });
    expect(step.diagnostics()).to.equal(step.diagnostics());
    expect(asked).to.equal(1);
  });
});
