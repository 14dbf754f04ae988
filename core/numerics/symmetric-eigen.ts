import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Eigenvalues and, row k for value k, orthonormal eigenvectors (m, m): A = sum_k values[k] v_k v_k^T. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** The eigendecomposition of a finite symmetric matrix, m x m, eigenvalues ascending (tridiagonalisation and QL). */
export function symmetricEigen(A: Float64Array, m: number): SymmetricEigen {
  const eigen = new EigenvalueDecomposition(Matrix.from1DArray(m, m, A), { assumeSymmetric: true });
  const vectors = new Float64Array(m * m);
  for (let k = 0; k < m; k++) for (let j = 0; j < m; j++) vectors[k * m + j] = eigen.eigenvectorMatrix.get(j, k);
  return { values: Float64Array.from(eigen.realEigenvalues), vectors };
}
