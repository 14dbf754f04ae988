/**
 * H += sum_k left[k, :]^T right[k, :] + right[k, :]^T left[k, :] over the first `count` rows, all n wide: the low-rank part of a Hessian.
 * Tiles of 2 x 2 entries on and above the diagonal, kept in registers while k runs, then mirrored.
 */
export function symmetricRankSum(left: Float64Array, right: Float64Array, count: number, n: number, H: Float64Array): void {
  const even = n - (n % 2);
  for (let a = 0; a < even; a += 2) {
    for (let b = a; b < even; b += 2) addTile(left, right, count, n, a, b, H);
  }
  if (even < n) for (let a = 0; a < n; a++) addEntry(left, right, count, n, a, even, H);
}

function addTile(left: Float64Array, right: Float64Array, count: number, n: number, a: number, b: number, H: Float64Array): void {
  let h00 = 0;
  let h01 = 0;
  let h10 = 0;
  let h11 = 0;
  for (let k = 0, ka = a, kb = b; k < count; k++, ka += n, kb += n) {
    const la0 = left[ka]!;
    const la1 = left[ka + 1]!;
    const ra0 = right[ka]!;
    const ra1 = right[ka + 1]!;
    const lb0 = left[kb]!;
    const lb1 = left[kb + 1]!;
    const rb0 = right[kb]!;
    const rb1 = right[kb + 1]!;
    h00 += la0 * rb0 + ra0 * lb0;
    h01 += la0 * rb1 + ra0 * lb1;
    h10 += la1 * rb0 + ra1 * lb0;
    h11 += la1 * rb1 + ra1 * lb1;
  }
  H[a * n + b]! += h00;
  H[a * n + b + 1]! += h01;
  H[(a + 1) * n + b]! += h10;
  H[(a + 1) * n + b + 1]! += h11;
  if (a === b) return;
  H[b * n + a]! += h00;
  H[(b + 1) * n + a]! += h01;
  H[b * n + a + 1]! += h10;
  H[(b + 1) * n + a + 1]! += h11;
}

function addEntry(left: Float64Array, right: Float64Array, count: number, n: number, a: number, b: number, H: Float64Array): void {
  let h = 0;
  for (let k = 0, o = 0; k < count; k++, o += n) h += left[o + a]! * right[o + b]! + right[o + a]! * left[o + b]!;
  H[a * n + b]! += h;
  if (a !== b) H[b * n + a]! += h;
}

/** H += sum_k weights[k] A[k, :]^T A[k, :] over the first `count` rows, n wide. */
export function weightedGram(A: Float64Array, weights: Float64Array, count: number, n: number, H: Float64Array): void {
  for (let a = 0; a < n; a += 2) {
    for (let b = a; b < n; b += 2) addGramTile(A, weights, count, n, a, b, H);
  }
}

/** Entries (a, b) to (a + 1, b + 1); those beyond n, where n is odd, are computed from the neighbouring row and dropped. */
function addGramTile(A: Float64Array, weights: Float64Array, count: number, n: number, a: number, b: number, H: Float64Array): void {
  const a1 = Math.min(a + 1, n - 1) - a;
  const b1 = Math.min(b + 1, n - 1) - b;
  let h00 = 0;
  let h01 = 0;
  let h10 = 0;
  let h11 = 0;
  for (let k = 0, ka = a, kb = b; k < count; k++, ka += n, kb += n) {
    const w = weights[k]!;
    const x0 = w * A[ka]!;
    const x1 = w * A[ka + a1]!;
    const y0 = A[kb]!;
    const y1 = A[kb + b1]!;
    h00 += x0 * y0;
    h01 += x0 * y1;
    h10 += x1 * y0;
    h11 += x1 * y1;
  }
  addSymmetric(H, n, a, b, h00);
  if (b1 === 1) addSymmetric(H, n, a, b + 1, h01);
  if (a1 === 1 && a !== b) addSymmetric(H, n, a + 1, b, h10);
  if (a1 === 1 && b1 === 1) addSymmetric(H, n, a + 1, b + 1, h11);
}

function addSymmetric(H: Float64Array, n: number, a: number, b: number, h: number): void {
  H[a * n + b]! += h;
  if (a !== b) H[b * n + a]! += h;
}
