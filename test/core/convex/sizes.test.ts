import { expect } from 'chai';
import {
  convexLayer,
  eq,
  parameter,
  problem,
  subtract,
  sumSquares,
  trace,
  variable,
} from '../../../core/convex/index.js';
import { LossError } from '../../../core/errors.js';
import { symmetricEigen } from '../../../core/linear-algebra/symmetric-eigen.js';
import { createRng } from '../../../core/random/rng.js';
import { simplexOf } from './closed-forms.js';
import { close, vector } from './support.js';

/** The positive semidefinite matrix of trace 1 that is nearest to C. */
function nearestDensity(n: number) {
  const [X, C] = [variable([n, n], { psd: true }), parameter([n, n])];
  const nearest = problem({ minimize: sumSquares(subtract(X, C)), subjectTo: [eq(trace(X), 1)] });
  return convexLayer(nearest, { parameters: [C], variables: [X] });
}

describe('large convex programs', () => {
  it('semidefinite of order 24: eigenvalues are projected on the simplex', function() {
    this.timeout(60_000);
    const n = 24;
    const C = vector(createRng(3), n * n).map((value) => value / n);
    const symmetric = C.map((value, k) => (value + C[(k % n) * n + Math.floor(k / n)]) / 2);
    const { values, vectors } = symmetricEigen(symmetric.slice(), n);
    const projected = simplexOf(Array.from(values));
    const expected = Float64Array.from({ length: n * n }, (_, k) => {
      const [i, j] = [Math.floor(k / n), k % n];
      return projected.reduce((sum, value, e) => sum + value * vectors[e * n + i] * vectors[e * n + j], 0);
    });
    // Off by mu / gap on the central path at mu = 1e-11, where eigenvalues meet at 0 with a gap of 1e-2.
    close(nearestDensity(n).forward([C]).outputs[0].data, expected, 1e-8);
  });

  it('are refused, before memory is taken, by what is too large in them', () => {
    const layer = nearestDensity(100);
    expect(() => layer.forward([new Float64Array(10_000)]))
      .to.throw(LossError, /cone of 5050 rows in 5050 columns take 25502500 entries; at most/)
      .with.property('code', 'UNSUPPORTED');
  });
});
