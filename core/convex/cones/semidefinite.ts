import { cholesky } from '../../linear-algebra/cholesky.js';
import { symmetricEigen } from '../../linear-algebra/symmetric-eigen.js';
import { jacobiSvd } from '../linear-algebra/jacobi-svd.js';
import type { Cone } from './cone.js';
import { centralPair } from './nonnegative.js';

/**
 * Positive semidefinite matrices of `order` rows, packed (`ConeKind`), f*(Z) = -log det Z. With S = L L^T, Z = K K^T
 * and the singular values K^T L = U diag(lambda) V^T the scaling of Nesterov and Todd is
 *
 *     R = L V diag(lambda)^-1/2,    R^T Z R = R^-1 S R^-T = diag(lambda),    V v = svec(R mat(v) R^T)
 */
export function semidefiniteCone(order: number): Cone {
  const n = order;
  const size = (n * (n + 1)) / 2;
  const [R, inverse] = [new Float64Array(n * n), new Float64Array(n * n)];
  const lambda = new Float64Array(n);
  let pathMu = 1;
  const [A, B, M, T] = [
    new Float64Array(n * n),
    new Float64Array(n * n),
    new Float64Array(n * n),
    new Float64Array(n * n),
  ];

  /** The least eigenvalue of diag(lambda)^-1/2 (X v X^T) diag(lambda)^-1/2: how fast v leads out of the cone. */
  const steepest = (v: Float64Array, X: Float64Array, transposed: boolean): number => {
    congruence(X, v, transposed, T, A, n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) A[i * n + j] /= Math.sqrt(lambda[i] * lambda[j]);
    return symmetricEigen(A, n).values[0];
  };

  return {
    size,
    degree: n,
    symmetric: true,
    separable: false,
    centre(s, z) {
      for (const x of [s, z]) {
        x.fill(0);
        for (let j = 0; j < n; j++) x[diagonal(j)] = 1;
      }
    },
    margin(x) {
      unpack(x, M, n);
      return symmetricEigen(M, n).values[0];
    },
    shift(x, t) {
      for (let j = 0; j < n; j++) x[diagonal(j)] += t;
    },
    scale(s, z) {
      if (!lowerFactor(s, A, n) || !lowerFactor(z, B, n)) return false;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let k = Math.max(i, j); k < n; k++) sum += B[k * n + i] * A[k * n + j];
          M[i * n + j] = sum;
        }
      }
      jacobiSvd(M, T, lambda, n);
      for (let k = 0; k < n; k++) {
        const root = Math.sqrt(lambda[k]);
        for (let i = 0; i < n; i++) {
          let [right, left] = [0, 0];
          for (let j = 0; j <= i; j++) right += A[i * n + j] * T[j * n + k];
          for (let j = 0; j <= i; j++) left += B[i * n + j] * M[j * n + k];
          R[i * n + k] = right / root;
          inverse[k * n + i] = left / (lambda[k] * root);
        }
      }
      return true;
    },
    project(v, mu, s, z) {
      pathMu = mu;
      unpack(v, M, n);
      const { values, vectors } = symmetricEigen(M, n);
      A.fill(0);
      B.fill(0);
      for (let k = 0; k < n; k++) {
        const [sk, zk] = centralPair(values[k], mu);
        const root = Math.sqrt(Math.sqrt(sk / zk));
        for (let i = 0; i < n; i++) {
          const q = vectors[k * n + i];
          R[i * n + k] = root * q;
          inverse[k * n + i] = q / root;
          for (let j = 0; j < n; j++) {
            A[i * n + j] += sk * q * vectors[k * n + j];
            B[i * n + j] += zk * q * vectors[k * n + j];
          }
        }
      }
      pack(A, s, n);
      pack(B, z, n);
      return true;
    },
    scaledPoint(out) {
      out.fill(0);
      this.shift(out, Math.sqrt(pathMu));
    },
    times(v, out) {
      congruence(R, v, false, T, M, n);
      pack(M, out, n);
    },
    divide(v, out) {
      congruence(inverse, v, false, T, M, n);
      pack(M, out, n);
    },
    divideTransposed(v, out) {
      congruence(inverse, v, true, T, M, n);
      pack(M, out, n);
    },
    curve(u, v, out) {
      unpack(u, A, n);
      unpack(v, B, n);
      jordanProduct(A, B, M, n);
      pack(M, out, n);
      for (let k = 0; k < size; k++) out[k] *= -2 / Math.sqrt(pathMu);
    },
    combine(s, _z, ds, dz, sigmaMu, d) {
      congruence(inverse, ds, false, T, A, n);
      congruence(R, dz, true, T, B, n);
      jordanProduct(A, B, M, n);
      for (let i = 0; i < n; i++) {
        M[i * n + i] -= sigmaMu;
        for (let j = 0; j < n; j++) M[i * n + j] *= 2 / (lambda[i] + lambda[j]);
      }
      pack(M, d, n);
      congruence(R, d, false, T, M, n);
      pack(M, d, n);
      for (let k = 0; k < size; k++) d[k] += s[k];
    },
    step(_s, ds, _z, dz, limit) {
      const worst = Math.min(steepest(ds, inverse, false), steepest(dz, R, true));
      return worst < 0 ? Math.min(limit, -1 / worst) : limit;
    },
    barrier(s, z) {
      return logDeterminant(s, A, n) + logDeterminant(z, A, n);
    },
  };
}

/** Where entry (j, j) is. */
function diagonal(j: number): number {
  return (j * (j + 3)) / 2;
}

/** The symmetric matrix (n, n) of a packed vector. */
export function unpack(x: Float64Array, M: Float64Array, n: number): void {
  for (let j = 0, k = 0; j < n; j++) {
    for (let i = 0; i < j; i++, k++) M[i * n + j] = M[j * n + i] = x[k] * Math.SQRT1_2;
    M[j * n + j] = x[k++];
  }
}

/** The packed vector of a symmetric matrix, of which the mean with its transpose is taken. */
export function pack(M: Float64Array, x: Float64Array, n: number): void {
  for (let j = 0, k = 0; j < n; j++) {
    for (let i = 0; i < j; i++, k++) x[k] = (M[i * n + j] + M[j * n + i]) * Math.SQRT1_2;
    x[k++] = M[j * n + j];
  }
}

/** M := (A B + B A) / 2 for symmetric A, B. */
function jordanProduct(A: Float64Array, B: Float64Array, M: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += A[i * n + k] * B[k * n + j] + B[i * n + k] * A[k * n + j];
      M[i * n + j] = sum / 2;
    }
  }
}

/** L := the Cholesky factor of the matrix packed in x, zeros above; false where it is not positive definite. */
function lowerFactor(x: Float64Array, L: Float64Array, n: number): boolean {
  unpack(x, L, n);
  if (!cholesky(L, n, 0)) return false;
  for (let i = 0; i < n; i++) L.fill(0, i * n + i + 1, (i + 1) * n);
  return true;
}

/** out := X mat(v) X^T, or X^T mat(v) X; T is work space. */
function congruence(
  X: Float64Array,
  v: Float64Array,
  transposed: boolean,
  T: Float64Array,
  out: Float64Array,
  n: number,
): void {
  unpack(v, out, n);
  const [row, col] = transposed ? [1, n] : [n, 1];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += X[i * row + k * col] * out[k * n + j];
      T[i * n + j] = sum;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += T[i * n + k] * X[j * row + k * col];
      out[i * n + j] = sum;
    }
  }
}

/** -log det of the matrix packed in x; infinite where it is not positive definite. */
function logDeterminant(x: Float64Array, M: Float64Array, n: number): number {
  unpack(x, M, n);
  if (!cholesky(M, n, 0)) return Infinity;
  let sum = 0;
  for (let j = 0; j < n; j++) sum -= 2 * Math.log(M[j * n + j]);
  return sum;
}
