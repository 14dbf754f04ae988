import { integer, setInteger } from '../vectors';
import { barFirsts, barLasts, firsts, height, lasts, stride, unreached, visitedFirsts, visitedLasts, width } from './grid';

/**
 * The first and last column of each row where there is something, so that sweeps need not look elsewhere. First columns are odd, as rows
 * are taken in pairs of cells.
 */

/** Where the start, as sweep 0, has changed anything: at the source; or, where unreached cells matter, everywhere. */
export function startBounds(): void {
  for (let i = 0; i < height + 2; i++) {
    const changed = i > 0 && i <= height && (unreached || i == 1);
    setInteger(firsts, i, changed ? 1 : width + 2);
    setInteger(lasts, i, changed ? (unreached ? width : 1) : -1);
  }
}

/** No bounds of zBar. */
export function clearBarBounds(): void {
  for (let i = 0; i < height + 2; i++) {
    setInteger(barFirsts, i, width + 2);
    setInteger(barLasts, i, -1);
  }
}

/** Takes the cells around v into the bounds of zBar. */
export function widenBarBounds(v: i32): void {
  const i = v / stride;
  const j = v % stride;
  for (let near = max(1, i - 1); near <= min(height, i + 1); near++) {
    setInteger(barFirsts, near, min(integer(barFirsts, near), odd(max(1, j - 1))));
    setInteger(barLasts, near, max(integer(barLasts, near), min(width, j + 1)));
  }
}

/** Takes these bounds for what has been visited. */
export function visitBarBounds(): void {
  const bytes = <usize>(height + 2) << 2;
  memory.copy(visitedFirsts, barFirsts, bytes);
  memory.copy(visitedLasts, barLasts, bytes);
}

let first: i32 = 0;
let last: i32 = 0;

/** Takes a pair of cells into the bounds of the row that is being visited. */
@inline
export function mark(j: i32): void {
  if (j < first) first = j;
  last = min(j + 1, width);
}

/**
 * Visits the part of each row that is within one cell of the bounds, the columns from .. to, and makes what is marked meanwhile the new
 * bounds. What was visited is kept: all that lay within the old bounds and all that lies within the new ones.
 */
export function eachRow(firsts: usize, lasts: usize, t: i32, visit: (t: i32, i: i32, from: i32, to: i32) => void): void {
  let firstAbove = width + 2;
  let lastAbove = -1;
  for (let i = 1; i <= height; i++) {
    const firstHere = integer(firsts, i);
    const lastHere = integer(lasts, i);
    const from = odd(max(1, min(min(firstAbove, firstHere), integer(firsts, i + 1)) - 1));
    const to = min(width, max(max(lastAbove, lastHere), integer(lasts, i + 1)) + 1);
    first = width + 2;
    last = -1;
    if (from <= to) visit(t, i, from, to);
    setInteger(visitedFirsts, i, from);
    setInteger(visitedLasts, i, to);
    setInteger(firsts, i, first);
    setInteger(lasts, i, last);
    firstAbove = firstHere;
    lastAbove = lastHere;
  }
}

@inline
function odd(j: i32): i32 {
  return (j - 1) | 1;
}
