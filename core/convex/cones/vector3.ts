/** Vectors and matrices of three. */

export function length(x: ArrayLike<number>): number {
  return Math.sqrt(dot(x, x));
}

export function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return x[0] * y[0] + x[1] * y[1] + x[2] * y[2];
}

export function cross(x: ArrayLike<number>, y: ArrayLike<number>): number[] {
  return [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]];
}

/** out := M v, entry (i, j) of M being at row i + col j. */
export function multiply(M: Float64Array, row: number, col: number, [x, y, t]: Float64Array, out: Float64Array): void {
  for (let i = 0; i < 3; i++) out[i] = M[row * i] * x + M[row * i + col] * y + M[row * i + 2 * col] * t;
}
