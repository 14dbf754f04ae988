/** One sample's scores in ascending order, with what the relaxations need of their ties; reused from sample to sample. */
export interface SortedScores {
  readonly n: number;
  /** (n) scores, ascending. */
  readonly x: Float64Array;
  /** (n) the item at each sorted place. */
  readonly order: Int32Array;
  /** (n) first place of the run of equal scores that each place is in: places below it hold smaller scores. */
  readonly start: Int32Array;
  /** (n) one past the last place of that run: places from it on hold larger scores. */
  readonly end: Int32Array;
}

/** Room for as many scores as `x`, `start` and `end` have. */
export function sortedScores(x: Float64Array, start: Int32Array, end: Int32Array): SortedScores {
  return { n: x.length, x, order: new Int32Array(x.length), start, end };
}

/** Up to this many scores insertion beats the engine's sort, which calls back for each comparison. */
const INSERTION_LIMIT = 40;

/** Sorts scale * y[offset ... offset + n - 1] into `s`; equal scores keep their order. */
export function sortInto(s: SortedScores, y: Float64Array, offset: number, scale: number): void {
  const { n, x, order } = s;
  if (n <= INSERTION_LIMIT) insertionSort(s, y, offset);
  else {
    for (let j = 0; j < n; j++) order[j] = j;
    order.sort((a, b) => y[offset + a]! - y[offset + b]! || a - b);
  }
  for (let c = 0; c < n; c++) x[c] = scale * y[offset + order[c]!]!;
  markRuns(s);
}

function insertionSort({ n, x, order }: SortedScores, y: Float64Array, offset: number): void {
  for (let j = 0; j < n; j++) {
    const score = y[offset + j]!;
    let c = j;
    for (; c > 0 && x[c - 1]! > score; c--) {
      x[c] = x[c - 1]!;
      order[c] = order[c - 1]!;
    }
    x[c] = score;
    order[c] = j;
  }
}

function markRuns({ n, x, start, end }: SortedScores): void {
  for (let c = 0, first = 0; c < n; c++) {
    if (x[c] !== x[first]) first = c;
    start[c] = first;
  }
  for (let c = n - 1, last = n; c >= 0; c--) {
    if (c < n - 1 && start[c] !== start[c + 1]) last = c + 1;
    end[c] = last;
  }
}

/**
 * The true permutation matrix T[rank, place] of a ranking target, (n, stride), its columns in the sorted places of the scores. Items
 * that share a rank share the rows they cover evenly.
 */
export function targetInto(T: Float64Array, stride: number, { n, order }: SortedScores, ranks: ArrayLike<number>): void {
  T.fill(0);
  for (let c = 0; c < n; c++) {
    const r = ranks[order[c]!]!;
    let size = 0;
    for (let j = 0; j < n; j++) if (ranks[j] === r) size++;
    for (let k = r; k < r + size; k++) T[k * stride + c] = 1 / size;
  }
}
