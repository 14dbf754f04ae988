import { plus, plusTimes, setTwo, splat, two } from '../../shared/vectors';

/** H[a, b] += sum_k left[k, a] right[k, b] + right[k, a] left[k, b] for a <= b, of matrices (n, n) of two samples. */
export function addSymmetricPairs(left: usize, right: usize, n: i32, H: usize): void {
  for (let a = 0; a < n; a++) {
    let b = a;
    for (; b + 4 <= n; b += 4) addFour(left, right, n, a, b, H);
    for (; b < n; b++) addOne(left, right, n, a, b, H);
  }
}

function addFour(left: usize, right: usize, n: i32, a: i32, b: i32, H: usize): void {
  let h0 = splat(0);
  let h1 = h0;
  let h2 = h0;
  let h3 = h0;
  for (let k = 0, o = 0; k < n; k++, o += n) {
    const l = two(left, o + a);
    const r = two(right, o + a);
    h0 = plusTimes(l, two(right, o + b), plusTimes(r, two(left, o + b), h0));
    h1 = plusTimes(l, two(right, o + b + 1), plusTimes(r, two(left, o + b + 1), h1));
    h2 = plusTimes(l, two(right, o + b + 2), plusTimes(r, two(left, o + b + 2), h2));
    h3 = plusTimes(l, two(right, o + b + 3), plusTimes(r, two(left, o + b + 3), h3));
  }
  const o = a * n + b;
  setTwo(H, o, plus(two(H, o), h0));
  setTwo(H, o + 1, plus(two(H, o + 1), h1));
  setTwo(H, o + 2, plus(two(H, o + 2), h2));
  setTwo(H, o + 3, plus(two(H, o + 3), h3));
}

function addOne(left: usize, right: usize, n: i32, a: i32, b: i32, H: usize): void {
  let h = splat(0);
  for (let k = 0, o = 0; k < n; k++, o += n) {
    h = plusTimes(two(left, o + a), two(right, o + b), plusTimes(two(right, o + a), two(left, o + b), h));
  }
  setTwo(H, a * n + b, plus(two(H, a * n + b), h));
}
