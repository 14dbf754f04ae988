import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { normalised, timesPowerOfTwo } from './powers-of-two.js';

/** Eigenvalues and, row k for value k, orthonormal eigenvectors (m, m): A = sum_k values[k] v_k v_k^T. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** Entries this small beside the largest are taken for 0: rotations divide by sums of their squares. */
const NEGLIGIBLE = 2 ** -500;

/**
 * The eigendecomposition of a finite symmetric matrix, m x m, eigenvalues ascending (tridiagonalisation and QL). It is
 * that of the matrix divided by a power of two, so that nothing on the way overflows or underflows; eigenvalues that
 * are beyond the doubles are infinite.
 */
export function symmetricEigen(A: Float64Array, m: number): SymmetricEigen {
  const { scaled, exponent } = normalised(A);
  for (let k = 0; k < scaled.length; k++) if (Math.abs(scaled[k]) < NEGLIGIBLE) scaled[k] = 0;
  const eigen = new EigenvalueDecomposition(Matrix.from1DArray(m, m, scaled), { assumeSymmetric: true });
  const vectors = new Float64Array(m * m);
  for (let k = 0; k < m; k++) for (let j = 0; j < m; j++) vectors[k * m + j] = eigen.eigenvectorMatrix.get(j, k);
  return { values: Float64Array.from(eigen.realEigenvalues, (w) => timesPowerOfTwo(w, exponent)), vectors };
}
