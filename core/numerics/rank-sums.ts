/**
 * H = U + U^T with U = sum_k left[k, :]^T right[k, :] over the first `count` rows, all n wide: the low-rank part of a Hessian.
 * Four rows at a time, so that each entry of U is loaded and stored once for four products.
 */
export function symmetricRankSum(left: Float64Array, right: Float64Array, count: number, n: number, U: Float64Array, H: Float64Array): void {
  U.fill(0);
  let k = 0;
  for (; k + 4 <= count; k += 4) addFourRows(left, right, k * n, n, U);
  for (; k < count; k++) addRow(left, right, k * n, n, U);
  for (let a = 0; a < n; a++) {
    H[a * n + a]! += 2 * U[a * n + a]!;
    for (let b = a + 1; b < n; b++) {
      const sum = U[a * n + b]! + U[b * n + a]!;
      H[a * n + b]! += sum;
      H[b * n + a]! += sum;
    }
  }
}

function addFourRows(left: Float64Array, right: Float64Array, o0: number, n: number, U: Float64Array): void {
  const o1 = o0 + n;
  const o2 = o1 + n;
  const o3 = o2 + n;
  for (let a = 0; a < n; a++) {
    const l0 = left[o0 + a]!;
    const l1 = left[o1 + a]!;
    const l2 = left[o2 + a]!;
    const l3 = left[o3 + a]!;
    for (let b = 0, u = a * n; b < n; b++, u++) {
      U[u]! += l0 * right[o0 + b]! + l1 * right[o1 + b]! + l2 * right[o2 + b]! + l3 * right[o3 + b]!;
    }
  }
}

function addRow(left: Float64Array, right: Float64Array, o: number, n: number, U: Float64Array): void {
  for (let a = 0; a < n; a++) {
    const l = left[o + a]!;
    for (let b = 0, u = a * n; b < n; b++, u++) U[u]! += l * right[o + b]!;
  }
}
