import { gaps, H, sums } from '../rows/pairs/arrays';
import { n } from '../rows/rows';
import { minus, plus, plusTimes, setTwo, splat, times, two } from '../shared/vectors';

/** Two samples side by side, all scores different: what neuralsort.ts does for one, whatever it is. */
export function weighPair(P: usize): void {
  for (let c = 0; c < n; c++) {
    setTwo(P, c * n + c, splat(0));
    let weight = splat(1);
    let S = splat(1);
    for (let r = c + 1; r < n; r++) {
      const decay = times(S, two(gaps, r - 1));
      weight = times(weight, times(S, decay));
      setTwo(P, r * n + c, weight);
      S = decay;
    }
    weight = splat(1);
    S = splat(1);
    for (let r = c - 1; r >= 0; r--) {
      const decay = times(S, two(gaps, r));
      weight = times(weight, times(S, decay));
      setTwo(P, r * n + c, weight);
      S = decay;
    }
  }
}

export function pullPair(from: usize, to: usize): void {
  const step = splat(2);
  for (let r = 0; r < n; r++) {
    const o = r * n;
    let below = splat(0);
    let slope = splat(<f64>(2 * r));
    for (let k = o; k < o + r; k++) {
      const entry = two(from, k);
      const next = plus(below, entry);
      setTwo(to, k, minus(times(slope, entry), plus(below, next)));
      below = next;
      slope = minus(slope, step);
    }
    let above = splat(0);
    slope = splat(<f64>(2 * (n - 1 - r)));
    for (let k = o + n - 1; k > o + r; k--) {
      const entry = two(from, k);
      const next = plus(above, entry);
      setTwo(to, k, minus(plus(above, next), times(slope, entry)));
      above = next;
      slope = minus(slope, step);
    }
    setTwo(to, o + r, minus(above, below));
  }
}

export function diagonalPair(d: usize, pulled: usize): void {
  squares(d);
  above(pulled);
  below(pulled);
}

/** The diagonal of H. */
function squares(d: usize): void {
  const step = splat(2);
  const four = splat(4);
  for (let c = 0; c < n; c++) setTwo(H, c * n + c, splat(0));
  for (let r = 0; r < n; r++) {
    const o = r * n;
    let below = splat(0);
    let slope = splat(<f64>(2 * r - 1));
    for (let c = 0; c < r; c++) {
      const entry = two(d, o + c);
      const square = plusTimes(times(slope, slope), entry, times(four, below));
      setTwo(H, c * n + c, plus(two(H, c * n + c), square));
      below = plus(below, entry);
      slope = minus(slope, step);
    }
    let above = splat(0);
    slope = splat(<f64>(2 * (n - 1 - r) - 1));
    for (let c = n - 1; c > r; c--) {
      const entry = two(d, o + c);
      const square = plusTimes(times(slope, slope), entry, times(four, above));
      setTwo(H, c * n + c, plus(two(H, c * n + c), square));
      above = plus(above, entry);
      slope = minus(slope, step);
    }
    setTwo(H, o + r, plus(two(H, o + r), plus(above, below)));
  }
}

/** Entries (a, b), a < b, of the rows up to a: twice what is pulled to b, once in row a. */
function above(pulled: usize): void {
  for (let b = 0; b < n; b++) setTwo(sums, b, splat(0));
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) {
      const entry = two(pulled, a * n + b);
      const before = two(sums, b);
      const after = plus(before, entry);
      setTwo(H, a * n + b, plus(before, after));
      setTwo(sums, b, after);
    }
  }
}

/** Less those of the rows from b on: twice what is pulled to a, once in row b. */
function below(pulled: usize): void {
  for (let a = 0; a < n; a++) setTwo(sums, a, splat(0));
  for (let b = n - 1; b > 0; b--) {
    for (let a = 0; a < b; a++) {
      const entry = two(pulled, b * n + a);
      const before = two(sums, a);
      const after = plus(before, entry);
      setTwo(H, a * n + b, minus(two(H, a * n + b), plus(before, after)));
      setTwo(sums, a, after);
    }
  }
}
