/**
 * A^T A of a row-major A (rows, cols), as a full symmetric cols x cols matrix. Four rows share each pass over the
 * result.
 */
export function gram(A: Float64Array, rows: number, cols: number): Float64Array {
  const C = new Float64Array(cols * cols);
  let i = 0;
  for (; i + 4 <= rows; i += 4) addFourOuterProducts(A, i * cols, cols, C);
  for (; i < rows; i++) addOuterProduct(A, i * cols, cols, C);
  for (let a = 0; a < cols; a++) for (let b = 0; b < a; b++) C[b * cols + a] = C[a * cols + b];
  return C;
}

function addFourOuterProducts(A: Float64Array, i: number, cols: number, C: Float64Array): void {
  const j = i + cols;
  const k = j + cols;
  const l = k + cols;
  for (let a = 0; a < cols; a++) {
    const p = A[i + a];
    const q = A[j + a];
    const r = A[k + a];
    const s = A[l + a];
    for (let b = 0, c = a * cols; b <= a; b++, c++) {
      C[c] = C[c] + p * A[i + b] + q * A[j + b] + r * A[k + b] + s * A[l + b];
    }
  }
}

function addOuterProduct(A: Float64Array, i: number, cols: number, C: Float64Array): void {
  for (let a = 0; a < cols; a++) {
    const p = A[i + a];
    for (let b = 0, c = a * cols; b <= a; b++, c++) C[c] = C[c] + p * A[i + b];
  }
}

/** (rows, cols) -> (cols, rows), both row-major. */
export function transpose(A: Float64Array, rows: number, cols: number): Float64Array {
  const T = new Float64Array(A.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) T[j * rows + i] = A[i * cols + j];
  return T;
}

/** A := (A + A^T) / 2 in place, for the m x m block that starts at `from`. */
export function symmetrise(A: Float64Array, m: number, from = 0): void {
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < a; b++) {
      const lower = from + a * m + b;
      const upper = from + b * m + a;
      A[lower] = A[upper] = 0.5 * A[lower] + 0.5 * A[upper];
    }
  }
}

/** Entries of the running mean that are kept in the first-level cache. */
const CHUNK = 1024;

/** The mean of the rows of A (rows, cols). Four rows share each pass over the result, a chunk of columns at a time. */
export function meanOfRows(A: Float64Array, rows: number, cols: number): Float64Array {
  const mean = new Float64Array(cols);
  for (let from = 0; from < cols; from += CHUNK) {
    const to = Math.min(cols, from + CHUNK);
    let i = 0;
    for (; i + 4 <= rows; i += 4) {
      const a = i * cols;
      const b = a + cols;
      const c = b + cols;
      const d = c + cols;
      for (let j = from; j < to; j++) mean[j] = mean[j] + A[a + j] + A[b + j] + A[c + j] + A[d + j];
    }
    for (; i < rows; i++) for (let j = from, a = i * cols; j < to; j++) mean[j] = mean[j] + A[a + j];
  }
  for (let j = 0; j < cols; j++) mean[j] /= rows;
  return mean;
}
