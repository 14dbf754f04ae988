import { byProducts } from '../../../core/matrices.js';
import { expect } from 'chai';
import { type Batch, batchOf, zeros } from '../../../core/batch.js';
import { checked } from '../../../core/checked.js';
import type { Evaluation } from '../../../core/loss.js';
import { fisherDirections, newtonStep, type NewtonOptions, newtonTarget } from '../../../core/newton/index.js';
import { timesPowerOfTwo } from '../../../core/linear-algebra/powers-of-two.js';
import { createRng } from '../../../core/random/rng.js';
import mse from '../../../plugins/mse.js';
import { codeOf, evaluationOf, normalBatch, relativeError, rowsOf, symmetricBlocks } from './dense.js';

const SCOPES = ['batch', 'sample'] as const;
const DEFINITENESS = ['tikhonov', 'absolute', 'clip'] as const;
const times = (b: Batch, exponent: number): Batch => ({ ...b, data: b.data.map((x) => timesPowerOfTwo(x, exponent)) });

/** Everything that an evaluation can have, of the same matrices. */
function evaluationWith(G: Batch, H: Batch): Evaluation {
  return evaluationOf(G, { hessian: () => H, gaussNewton: () => H });
}

describe('what is no evaluation', () => {
  const options: NewtonOptions = { curvature: 'fisher', lambda: 1 };
  const good = batchOf([[1, 2], [3, 4]]);
  const noBatches: unknown[] = [
    null,
    undefined,
    7,
    'gradient',
    [1, 2],
    [
      [1, 2],
      [3, 4],
    ],
    new Float64Array(4),
    {},
    Promise.resolve(good),
    { rows: 2, cols: 2 },
    { rows: 2, cols: 2, data: [1, 2, 3, 4] },
    { rows: 2, cols: 2, data: new Float32Array(4) },
    { rows: 2, cols: 3, data: good.data },
    { rows: -2, cols: -2, data: good.data },
    { rows: 2.5, cols: 1.6, data: good.data },
    { rows: '2', cols: 2, data: good.data },
    { rows: 2n, cols: 2n, data: good.data },
    { rows: Symbol('two'), cols: 2, data: good.data },
    { data: good.data },
    zeros(0, 2),
    zeros(2, 0),
    Object.assign(Object.create(null), { rows: 2, cols: 2, data: new Int8Array(4) }),
  ];

  it('is a SHAPE error', () => {
    const noEvaluations = [
      null,
      undefined,
      7,
      'mse',
      {},
      [],
      good,
      () => good,
      Promise.resolve(),
      { gradient: good },
      { value: [1] },
    ];
    for (const [k, wrong] of noEvaluations.entries()) {
      expect(codeOf(() => newtonStep(wrong as Evaluation, options)), `step ${k}`).to.equal('SHAPE');
      expect(codeOf(() => newtonTarget(wrong as Evaluation, good, options)), `target ${k}`).to.equal('SHAPE');
    }
    expect(codeOf(() => newtonStep({ ...evaluationOf(good), hessian: 3 } as unknown as Evaluation, options))).to.equal(
      'SHAPE',
    );
  });

  it('and so are gradients, Hessians, products and outputs that are no batches of the right shape', () => {
    for (const [k, wrong] of noBatches.entries()) {
      const batch = wrong as Batch;
      expect(codeOf(() => fisherDirections(batch, { lambda: 1 })), `gradients ${k}`).to.equal('SHAPE');
      expect(
        codeOf(() => newtonStep(evaluationOf(good, { gradient: () => batch }), options)),
        `gradient ${k}`,
      ).to.equal('SHAPE');
      expect(codeOf(() => newtonTarget(evaluationOf(good), batch, options)), `y ${k}`).to.equal('SHAPE');
      for (const hessian of [() => batch, () => byProducts(() => batch, good.rows, good.cols)]) {
        for (const scope of SCOPES) {
          expect(
            codeOf(() => newtonStep(evaluationOf(good, { hessian }), { ...options, curvature: 'hessian', scope })),
            `Hessian ${k}`,
          ).to.equal('SHAPE');
        }
      }
    }
  });

  it('as a y that is not finite is a NONFINITE error, skipping or not', () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      for (const onSingular of ['error', 'skip'] as const) {
        const y = batchOf([[1, 2], [3, bad]]);
        expect(codeOf(() => newtonTarget(evaluationOf(good), y, { ...options, onSingular }))).to.equal('NONFINITE');
      }
    }
  });
});

describe('a target that overflows', () => {
  const y = batchOf([[1, 2], [3, 4]]);

  it('is NONFINITE, or skipped: the whole batch, or in sample scope the sample', () => {
    const G = batchOf([[1, 0], [0, 1e200]]); // 1/2 |d|^2 is infinite
    const e = evaluationWith(G, batchOf([[1, 0, 0, 1], [1, 0, 0, 1]]));
    for (const curvature of ['none', 'hessian'] as const) {
      for (const scope of SCOPES) {
        const options: NewtonOptions = { curvature, lambda: 1, scope };
        expect(codeOf(() => newtonStep(e, options))).to.equal(undefined);
        expect(codeOf(() => newtonTarget(e, y, options))).to.equal('NONFINITE');
        const { target, value, loss, direction, skipped, diagnostics } = newtonTarget(e, y, {
          ...options,
          onSingular: 'skip',
        });
        expect(skipped).to.equal(true);
        expect(rowsOf(direction)[1]).to.deep.equal([0, 0]);
        expect(rowsOf(target)[1]).to.deep.equal([3, 4]);
        expect(value[1]).to.equal(0);
        expect(loss).to.equal(value[0] / 2);
        expect(value[0] > 0).to.equal(scope === 'sample');
        expect(diagnostics().skippedShare).to.equal(scope === 'sample' ? 0.5 : 1);
      }
    }
  });

  it('is so where y - d overflows although both are finite', () => {
    const e = evaluationOf(batchOf([[-1e300]]));
    expect(codeOf(() => newtonTarget(e, batchOf([[Number.MAX_VALUE]]), { curvature: 'none', lambda: 0 }))).to.equal(
      'NONFINITE',
    );
  });

  it('is so where the sum over the batch would', () => {
    const e = evaluationOf(batchOf([[1.6e154], [1.6e154]])); // 1.28e308 each
    expect(codeOf(() => newtonTarget(e, batchOf([[0], [0]]), { curvature: 'none', lambda: 0 }))).to.equal('NONFINITE');
    expect(
      newtonTarget(evaluationOf(batchOf([[1.6e154]])), batchOf([[0]]), { curvature: 'none', lambda: 0 }).loss,
    ).to.be.closeTo(1.28e308, 1e295);
  });
});

describe('the scale of curvature and gradients', () => {
  const rng = createRng(11);
  const G = normalBatch(rng, 6, 4);
  const H = symmetricBlocks(rng, 6, 4, 'indefinite');
  const P = symmetricBlocks(rng, 6, 4, 'psd');
  const EXPONENTS = [-990, -600, 600, 990];

  it('does not matter to a bit where curvature and damping have it both', () => {
    for (const shift of EXPONENTS) {
      for (const scope of SCOPES) {
        for (const definiteness of DEFINITENESS) {
          for (const lambda of [0.25, { relative: 0.5 }]) {
            const options: NewtonOptions = { curvature: 'hessian', lambda, scope, definiteness };
            const far = typeof lambda === 'number' ? lambda * 2 ** shift : lambda;
            const expected = newtonStep(evaluationWith(G, H), options);
            const step = newtonStep(evaluationWith(G, times(H, shift)), { ...options, lambda: far });
            expect(rowsOf(times(step.direction, shift)), `2^${shift} ${scope} ${definiteness}`).to.deep.equal(
              rowsOf(expected.direction),
            );
            expect(step.diagnostics().conditionNumber).to.equal(expected.diagnostics().conditionNumber);
            expect(step.diagnostics().largestEigenvalue).to.equal(
              expected.diagnostics().largestEigenvalue * 2 ** shift,
            );
          }
        }
      }
    }
  });

  it('does not matter to conjugate gradients, nor that of the gradients', () => {
    for (const shift of EXPONENTS) {
      for (const scope of SCOPES) {
        const options: NewtonOptions = { curvature: 'hessian', lambda: 0.25, scope, solver: 'conjugate-gradient' };
        const expected = newtonStep(evaluationWith(G, P), options);
        const step = newtonStep(evaluationWith(G, times(P, shift)), { ...options, lambda: 0.25 * 2 ** shift });
        expect(rowsOf(times(step.direction, shift)), `curvature 2^${shift} ${scope}`).to.deep.equal(
          rowsOf(expected.direction),
        );
        expect(step.diagnostics().conditionNumber).to.be.closeTo(expected.diagnostics().conditionNumber, 1e-9);
        const steep = newtonStep(evaluationWith(times(G, shift), P), options).direction;
        expect(rowsOf(times(steep, -shift)), `gradients 2^${shift} ${scope}`).to.deep.equal(rowsOf(expected.direction));
      }
    }
  });

  it('does not matter to a sketch, nor that of the gradients', () => {
    const options: NewtonOptions = { curvature: 'hessian', lambda: { relative: 0.5 }, products: 2 };
    const expected = newtonStep(evaluationWith(G, P), options).direction;
    for (const shift of EXPONENTS) {
      const far = newtonStep(evaluationWith(G, times(P, shift)), options).direction;
      expect(relativeError(rowsOf(times(far, shift)), rowsOf(expected)), `curvature 2^${shift}`).to.be.below(1e-13);
      const steep = newtonStep(evaluationWith(times(G, shift), P), options).direction;
      expect(relativeError(rowsOf(times(steep, -shift)), rowsOf(expected)), `gradients 2^${shift}`).to.be.below(1e-13);
    }
  });

  it('does not matter to a Fisher matrix with relative damping, although its squares leave the doubles', () => {
    const options = { lambda: { relative: 0.5 } } as const;
    for (const [N, m] of [[6, 4], [3, 5], [1, 1]] as const) {
      const gradients = normalBatch(rng, N, m);
      for (const solver of ['auto', 'direct', 'woodbury', 'conjugate-gradient'] as const) {
        for (const scope of SCOPES) {
          const expected = rowsOf(fisherDirections(gradients, { ...options, solver, scope }).direction);
          for (const shift of [-1000, -532, 532, 1000]) {
            const far = fisherDirections(times(gradients, shift), { ...options, solver, scope });
            expect(rowsOf(times(far.direction, shift)), `${N} x ${m} 2^${shift} ${solver} ${scope}`).to.deep.equal(
              expected,
            );
            expect(far.diagnostics().directionToGradient).to.be.at.least(0);
          }
        }
      }
    }
  });

  it('may differ from sample to sample in sample scope', () => {
    const gradients = batchOf([[3, 4], [3e-200, 4e-200], [3e200, 4e200], [0, 0]]);
    const { direction } = fisherDirections(gradients, { lambda: { relative: 1 }, scope: 'sample' }); // g / (25 + 12.5)
    const expected = [[0.08, 8 / 75], [0.08e200, 8e200 / 75], [0.08e-200, 8e-200 / 75], [0, 0]];
    rowsOf(direction).forEach((d, i) =>
      d.forEach((x, j) => expect(x).to.be.closeTo(expected[i][j], 1e-15 * Math.abs(expected[i][j])))
    );
  });

  it('of gradients whose squares vanish leaves g / lambda', () => {
    for (const scope of SCOPES) {
      for (const solver of ['auto', 'direct', 'woodbury', 'conjugate-gradient'] as const) {
        const { direction } = fisherDirections(batchOf([[1e-200, 3e-200]]), { lambda: 0.5, scope, solver });
        expect(relativeError([[...direction.data].map((d) => d * 1e200)], [[2, 6]]), `${scope} ${solver}`).to.be.below(
          1e-15,
        );
      }
    }
  });

  it('of gradients whose squares overflow is NONFINITE with a lambda that is a number, whatever the solver', () => {
    for (const gradients of [batchOf([[1e160, 1], [1, 2], [0, 1]]), batchOf([[1e160, 1e160, 1]])]) {
      for (const scope of SCOPES) {
        for (const solver of ['auto', 'direct', 'woodbury', 'conjugate-gradient'] as const) {
          const options = { lambda: 0.5, scope, solver };
          expect(codeOf(() => fisherDirections(gradients, options)), `${scope} ${solver}`).to.equal('NONFINITE');
          const step = fisherDirections(gradients, { ...options, onSingular: 'skip' });
          expect(rowsOf(step.direction)[0].every((d) => d === 0)).to.equal(true);
          expect(step.diagnostics().nonfiniteShare).to.equal(1 / gradients.rows);
        }
      }
    }
  });

  it('of half the squared error at 1e100: diagnostics by hand', () => {
    const y = batchOf([[3e100, 4e100, 12e100]]);
    const e = checked(mse).evaluate(y, [[0, 0, 0]], createRng(0)); // g = y
    const { largestEigenvalue, smallestEigenvalue, conditionNumber } = newtonStep(e, {
      curvature: 'fisher',
      lambda: 1e199,
    }).diagnostics();
    expect(largestEigenvalue / 169e200).to.be.closeTo(1, 1e-14);
    expect(Math.abs(smallestEigenvalue) / 169e200).to.be.below(1e-15);
    expect(conditionNumber).to.be.closeTo(1691, 1e-9);
  });
});

describe('diagnostics', () => {
  it('of conjugate gradients on a gradient of zeros say that nothing was solved', () => {
    const e = checked(mse).evaluate(batchOf([[1, 2]]), [[1, 2]], createRng(0));
    for (const curvature of ['fisher', 'hessian'] as const) {
      for (const scope of SCOPES) {
        const step = newtonStep(e, { curvature, scope, lambda: 1, solver: 'conjugate-gradient' });
        const { conditionNumber, directionToGradient, skippedShare } = step.diagnostics();
        expect([conditionNumber, directionToGradient, skippedShare]).to.deep.equal([NaN, 0, 0]);
      }
    }
  });

  it('pass over matrices of zeros, with which nothing is solved, for the condition number', () => {
    const gradients = batchOf([[0, 0], [3, 4]]);
    const options = { lambda: { relative: 1 }, scope: 'sample' } as const;
    expect(fisherDirections(gradients, options).diagnostics().conditionNumber).to.be.closeTo((25 + 12.5) / 12.5, 1e-14);
    expect(fisherDirections(batchOf([[0, 0]]), options).diagnostics().conditionNumber).to.deep.equal(NaN);
    expect(
      fisherDirections(batchOf([[0, 0]]), { lambda: { relative: 1 } }).diagnostics().conditionNumber,
    ).to.deep.equal(NaN);
  });

  it('compare lengths that overflow by themselves', () => {
    const G = batchOf([[1.5e308, 1.5e308, 1.5e308, 1.5e308]]);
    expect(newtonStep(evaluationOf(G), { curvature: 'none', lambda: 0 }).diagnostics().directionToGradient).to.equal(1);
    const H = batchOf([
      [0, 5, 10, 15].reduce<number[]>((block, k) => ((block[k] = 4), block), new Array<number>(16).fill(0)),
    ]);
    const step = newtonStep(evaluationOf(G, { hessian: () => H }), { curvature: 'hessian', lambda: 0 });
    expect(step.diagnostics().directionToGradient).to.equal(0.25);
  });
});

describe('a Newton step at any size of numbers', () => {
  it('is finite or a coded error, with diagnostics that do not throw', () => {
    const rng = createRng(12);
    let steps = 0;
    for (const size of [0, Number.MIN_VALUE, 1e-310, 1e-160, 1, 1e160, 1e300, 1.7e308]) {
      for (const [N, m] of [[1, 1], [2, 3]] as const) {
        const y = normalBatch(rng, N, m);
        const uniform = (rows: number, cols: number): Batch => ({
          rows,
          cols,
          data: Float64Array.from({ length: rows * cols }, () => 2 * rng.uniform() - 1),
        });
        const [small, large] = [uniform(N, m), uniform(N, m * m)];
        const by = (b: Batch, s: number): Batch => ({ ...b, data: b.data.map((x) => x * s) });
        for (
          const e of [
            evaluationWith(by(small, size), by(large, size)),
            evaluationWith(by(small, size), large),
            evaluationWith(small, by(large, size)),
          ]
        ) {
          for (const options of everyOption(m)) {
            const code = codeOf(() => {
              const { direction, target, value, loss, diagnostics } = newtonTarget(e, y, options);
              const found = diagnostics();
              const numbers = [...direction.data, ...target.data, ...value, loss];
              if (!numbers.every(Number.isFinite)) expect.fail(JSON.stringify({ size, options, numbers }));
              expect(found.directionToGradient).to.be.at.least(0);
              steps++;
            });
            expect(code === undefined || ['NONFINITE', 'UNSUPPORTED', 'PARAMS'].includes(code), code).to.equal(true);
            if (options.onSingular === 'skip') expect(code).not.to.equal('NONFINITE');
          }
        }
      }
    }
    expect(steps).to.be.above(5000);
  }).timeout(60_000);

  function everyOption(m: number): NewtonOptions[] {
    const base = (['hessian', 'fisher', 'gauss-newton', 'none'] as const).flatMap((curvature) =>
      [0, 1e-300, 0.1, 1e300, { relative: 0 }, { relative: 0.1 }].flatMap((lambda) =>
        SCOPES.flatMap((scope) =>
          (['error', 'skip'] as const).map((onSingular): NewtonOptions => ({ curvature, lambda, scope, onSingular }))
        )
      )
    );
    return base.flatMap((options) => [
      options,
      { ...options, definiteness: 'absolute' },
      { ...options, definiteness: 'clip' },
      { ...options, solver: 'direct' },
      { ...options, solver: 'woodbury' },
      { ...options, solver: 'conjugate-gradient' },
      ...(options.curvature === 'hessian' && options.scope === 'batch'
        ? [{ ...options, products: m } as NewtonOptions]
        : []),
    ]);
  }
});
