import { take } from '../shared/memory';
import { clear, get, integer, set, setInteger } from '../shared/vectors';
import { joined } from './conorm';
import { area, beta, height, iterations, path, source, squared, stride, target, waits, width } from './grid';
import { addMover, clearLinks, linkEnds, linkFirsts, links, moves, pi } from './links';

/**
 * The walk back: mass that starts at the target and moves along the weights pi of the last sweep, as a list of entries, one for every
 * cell that has some at a step. Cells without mass cost nothing.
 */

/** Of the entries: int32 cell; mass; path before the step. Step s has the entries starts[s] .. starts[s + 1] - 1. */
export let cells: usize = 0;
export let mass: usize = 0;
export let before: usize = 0;
export let starts: usize = 0;
/** Of the steps, how many were made; the chance that the loop gets to each, and its last factor. */
export let steps: i32 = 0;
export let chances: usize = 0;
export let stays: usize = 0;
/** Planes: the path after the steps so far, its expected value at the end of the loop, and the slope of the value in that. */
export let reached: usize = 0;
export let expected: usize = 0;
export let expectedBar: usize = 0;
/** int32 plane: the last entry of a cell. */
export let slots: usize = 0;

/** A while loop ends where its chance is not above this. */
const EPSILON: f64 = 1e-5;

export function layOutWalk(): void {
  cells = take<i32>(iterations, area);
  mass = take<f64>(iterations, area);
  before = take<f64>(iterations, area);
  starts = take<i32>(iterations + 1);
  chances = take<f64>(iterations);
  stays = take<f64>(iterations);
  reached = take<f64>(area);
  expected = take<f64>(area);
  expectedBar = take<f64>(area);
  slots = take<i32>(area);
}

export function logistic(x: f64): f64 {
  return 1 / (1 + Math.exp(-x));
}

/** Takes the steps and returns the value. */
export function walk(): f64 {
  begin();
  let chance = waits ? logistic(beta) : 1;
  let stay = chance;
  for (let s = 0; ; s++) {
    set(chances, s, chance);
    set(stays, s, stay);
    steps = s + 1;
    join(s, chance);
    if (s + 1 == iterations) break;
    if (waits) {
      stay = logistic(beta * (1 - get(reached, source)));
      chance *= stay;
      if (chance <= EPSILON) break;
    }
    if (!advance(s)) break;
  }
  return value();
}

function begin(): void {
  clearLinks();
  clear(reached, area);
  clear(expected, area);
  memory.fill(slots, 0xff, <usize>area << 2);
  setInteger(cells, 0, target);
  set(mass, 0, 1);
  setInteger(starts, 0, 0);
  setInteger(starts, 1, 1);
}

/** Joins the mass of step s to the path, and the change to what is expected in the end. */
function join(s: i32, chance: f64): void {
  const end = integer(starts, s + 1);
  for (let e = integer(starts, s); e < end; e++) {
    const v = integer(cells, e);
    const a = get(reached, v);
    const change = joined(a, get(mass, e));
    set(before, e, a);
    set(reached, v, a + change);
    set(expected, v, get(expected, v) + chance * change);
  }
}

/** Moves the mass of step s on to step s + 1; whether there is any. */
function advance(s: i32): bool {
  const end = integer(starts, s + 1);
  let count = end;
  for (let e = integer(starts, s); e < end; e++) {
    const v = integer(cells, e);
    const m = get(mass, e);
    if (!moves(v, m)) continue;
    if (integer(linkFirsts, v) < 0) addMover(v);
    for (let l = integer(linkFirsts, v), last = integer(linkEnds, v); l < last; l++) {
      const w = integer(links, l);
      const slot = integer(slots, w);
      const moved = m * get(pi, l);
      if (slot >= end) set(mass, slot, get(mass, slot) + moved);
      else {
        setInteger(slots, w, count);
        setInteger(cells, count, w);
        set(mass, count++, moved);
      }
    }
  }
  setInteger(starts, s + 2, count);
  return count > end;
}

/** The mean over the cells of |expected - path| or its square; expectedBar gets its slopes. */
function value(): f64 {
  const share = 1 / <f64>(height * width);
  let sum: f64 = 0;
  for (let i = 0, k = 0; i < height; i++) {
    for (let p = (i + 1) * stride + 1; p <= (i + 1) * stride + width; p++, k++) {
      const difference = get(expected, p) - get(path, k);
      sum += squared ? difference * difference : Math.abs(difference);
      set(expectedBar, p, share * (squared ? 2 * difference : Math.sign(difference)));
    }
  }
  return share * sum;
}
