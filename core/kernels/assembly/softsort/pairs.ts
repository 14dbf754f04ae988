import { gaps, H } from '../rows/pairs/arrays';
import { n } from '../rows/rows';
import { minus, plus, setTwo, splat, times, two } from '../shared/vectors';

/** Two samples side by side, all scores different: what softsort.ts does for one, whatever it is. */
export function weighPair(P: usize): void {
  for (let c = 0; c < n; c++) {
    let weight = splat(1);
    setTwo(P, c * n + c, splat(0));
    for (let r = c + 1; r < n; r++) {
      weight = times(weight, two(gaps, r - 1));
      setTwo(P, r * n + c, weight);
      setTwo(P, c * n + r, weight);
    }
  }
}

export function pullPair(from: usize, to: usize): void {
  for (let r = 0; r < n; r++) {
    const o = r * n;
    let own = splat(0);
    for (let k = o; k < o + r; k++) {
      const entry = two(from, k);
      setTwo(to, k, entry);
      own = minus(own, entry);
    }
    for (let k = o + r + 1; k < o + n; k++) {
      const entry = two(from, k);
      setTwo(to, k, minus(splat(0), entry));
      own = plus(own, entry);
    }
    setTwo(to, o + r, own);
  }
}

/** Entries of row r's matrix are d[r, c] at (c, c), minus it at (c, r) and (r, c), and their sum at (r, r). */
export function diagonalPair(d: usize, pulled: usize): void {
  for (let a = 0; a < n; a++) setTwo(H, a * n + a, splat(0));
  for (let a = 0; a < n; a++) {
    let own = two(H, a * n + a);
    for (let b = a + 1; b < n; b++) {
      const apart = minus(two(pulled, a * n + b), two(pulled, b * n + a)); // -d[a, b] - d[b, a]
      setTwo(H, a * n + b, apart);
      setTwo(H, b * n + b, minus(two(H, b * n + b), apart));
      own = minus(own, apart);
    }
    setTwo(H, a * n + a, own);
  }
}
