import { LossError } from '../../../errors.js';
import { symmetricEigen } from '../../../linear-algebra/symmetric-eigen.js';
import { jacobiSvd } from '../../linear-algebra/jacobi-svd.js';
import { add, multiply, squareMatrix, subtract, sum, trace } from '../affine.js';
import { block, diag, identity, reshape, transpose } from '../arrange.js';
import { psd } from '../constraint.js';
import type { AtomDefinition, Expression, Operand } from '../expression.js';
import { expressionOf, variable } from '../leaves.js';
import { atom, linear } from '../nodes.js';
import { rowMap } from '../row-map.js';
import { entriesOf, type Shape, textOfShape } from '../shape.js';
import { textOf } from '../text.js';
import { log } from './exponentials.js';

/** The largest eigenvalue of the symmetric part of a square matrix. Convex. */
export function lambdaMax(X: Operand): Expression {
  const matrix = squareMatrix('lambdaMax', X);
  const n = matrix.shape[0];
  return spectral('lambdaMax', [matrix], {
    own: 'convex',
    evaluate: (data) => Float64Array.of(eigenvaluesOf(data, n)[n - 1]),
    graph(of) {
      const value = variable();
      return { value, subjectTo: [psd(subtract(multiply(value, identity(n)), of))] };
    },
  });
}

/** The smallest eigenvalue of the symmetric part of a square matrix. Concave. */
export function lambdaMin(X: Operand): Expression {
  const matrix = squareMatrix('lambdaMin', X);
  const n = matrix.shape[0];
  return spectral('lambdaMin', [matrix], {
    own: 'concave',
    evaluate: (data) => Float64Array.of(eigenvaluesOf(data, n)[0]),
    graph(of) {
      const value = variable();
      return { value, subjectTo: [psd(subtract(of, multiply(value, identity(n))))] };
    },
  });
}

/**
 * The logarithm of the determinant of the symmetric part of a square matrix. Concave; of positive definite matrices.
 */
export function logDet(X: Operand): Expression {
  const matrix = squareMatrix('logDet', X);
  const n = matrix.shape[0];
  return spectral('logDet', [matrix], {
    own: 'concave',
    evaluate(data) {
      const values = eigenvaluesOf(data, n);
      return Float64Array.of(values[0] > 0 ? values.reduce((total, value) => total + Math.log(value), 0) : -Infinity);
    },
    // The greatest sum_i log Z_ii over lower triangular Z with (X, Z; Z^T, diag(Z_ii)) positive semidefinite.
    graph(of) {
      const Z = lowerTriangle(n);
      const d = diag(Z);
      return { value: sum(log(d)), subjectTo: [psd(block([[of, Z], [transpose(Z), diag(d)]]))] };
    },
  });
}

/** The sum of the singular values of a matrix. Convex. */
export function nuclearNorm(X: Operand): Expression {
  const matrix = checkedMatrix('nuclearNorm', X);
  return spectral('nuclearNorm', [matrix], {
    own: 'convex',
    nonneg: true,
    evaluate: (data) =>
      Float64Array.of(singularValuesOf(data, matrix.shape).reduce((total, value) => total + value, 0)),
    // The least (trace U + trace V) / 2 with (U, X; X^T, V) positive semidefinite.
    graph(of) {
      const [m, n] = matrix.shape;
      const [U, V] = [variable([m, m], { symmetric: true }), variable([n, n], { symmetric: true })];
      const value = multiply(0.5, add(trace(U), trace(V)));
      return { value, subjectTo: [psd(block([[U, of], [transpose(of), V]]))] };
    },
  });
}

/** The largest singular value of a matrix. Convex. */
export function spectralNorm(X: Operand): Expression {
  const matrix = checkedMatrix('spectralNorm', X);
  return spectral('spectralNorm', [matrix], {
    own: 'convex',
    nonneg: true,
    evaluate: (data) =>
      Float64Array.of(singularValuesOf(data, matrix.shape).reduce((most, value) => Math.max(most, value), 0)),
    // (t I, X; X^T, t I) is positive semidefinite.
    graph(of) {
      const [m, n] = matrix.shape;
      const value = variable();
      const sides = [multiply(value, identity(m)), multiply(value, identity(n))];
      return { value, subjectTo: [psd(block([[sides[0], of], [transpose(of), sides[1]]]))] };
    },
  });
}

/**
 * x^T P^-1 x for a vector x and a symmetric positive definite matrix P (of another, its symmetric part). Convex in
 * both.
 */
export function matrixFrac(x: Operand, P: Operand): Expression {
  const [vector, matrix] = [expressionOf(x), squareMatrix('matrixFrac', P)];
  const n = matrix.shape[0];
  if (entriesOf(vector.shape) !== n) {
    const shapes = `${textOfShape(vector.shape)} and ${textOfShape(matrix.shape)}`;
    throw new LossError(
      'SHAPE',
      `matrixFrac(${textOf(vector)}, ${textOf(matrix)}): shapes ${shapes}, expected [n] and [n, n]`,
    );
  }
  return spectral('matrixFrac', [vector, matrix], {
    own: 'convex',
    nonneg: true,
    evaluate(v, data) {
      const { values, vectors } = symmetricEigen(symmetricPart(data, n), n);
      if (!(values[0] > 0)) return Float64Array.of(Infinity);
      const along = Array.from(values, (_, k) => v.reduce((total, value, j) => total + value * vectors[k * n + j], 0));
      return Float64Array.of(along.reduce((total, value, k) => total + (value * value) / values[k], 0));
    },
    // (P, x; x^T, t) is positive semidefinite.
    graph(of, over) {
      const value = variable();
      return { value, subjectTo: [psd(block([[over, reshape(of, [n, 1])], [reshape(of, [1, n]), value]]))] };
    },
  });
}

type Spectral = Pick<AtomDefinition, 'own' | 'evaluate' | 'graph'> & { readonly nonneg?: boolean };

function spectral(name: string, args: readonly Expression[], definition: Spectral): Expression {
  return atom({ name, args, shape: [], nonneg: false, nonpos: false, moves: args.map(() => 'neither'), ...definition });
}

/** A lower triangular matrix of unknowns. */
function lowerTriangle(n: number): Expression {
  const entries = variable([(n * (n + 1)) / 2]);
  const map = rowMap(n * n, (entry, put) => {
    const [i, j] = [Math.floor(entry / n), entry % n];
    if (j <= i) put((i * (i + 1)) / 2 + j, 1);
  });
  return linear('lowerTriangle', [entries], [n, n], map);
}

function checkedMatrix(name: string, X: Operand): Expression {
  const matrix = expressionOf(X);
  if (matrix.shape.length === 2) return matrix;
  throw new LossError('SHAPE', `${name}(${textOf(matrix)}): expected a matrix, got shape ${textOfShape(matrix.shape)}`);
}

function symmetricPart(data: Float64Array, n: number): Float64Array {
  return data.map((value, entry) => (value + data[(entry % n) * n + Math.floor(entry / n)]) / 2);
}

/** Ascending. */
function eigenvaluesOf(data: Float64Array, n: number): Float64Array {
  return symmetricEigen(symmetricPart(data, n), n).values;
}

function singularValuesOf(data: Float64Array, [m, n]: Shape): Float64Array {
  const size = Math.max(m, n);
  const padded = new Float64Array(size * size);
  for (let i = 0; i < m; i++) padded.set(data.subarray(i * n, (i + 1) * n), i * size);
  const sigma = new Float64Array(size);
  jacobiSvd(padded, new Float64Array(size * size), sigma, size);
  return sigma;
}
