import { clear, get, integer, set, setInteger } from '../vectors';
import { joined } from './conorm';
import {
  absorbs, area, beta, height, inside, iterations, offsets, path, plane, source, squared, stride, take, target, waits, width,
} from './grid';
import { WEIGHT } from './narrow-sweeps';
import { narrow } from './sweeps';
import { EXPONENT, weightOf } from './wide-sweeps';

/**
 * The traceback: mass that starts at the target and moves along the weights pi of the last sweep, as a list of entries, one for every
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
/**
 * The weights pi along which cells pass mass on: (8 area), of cell v from linkFirsts[v] up to linkEnds[v], int32 planes; int32 where each
 * leads, its weight, and the weight's adjoint. Cells without have -1. linkCount in all.
 */
export let linkFirsts: usize = 0;
export let linkEnds: usize = 0;
export let links: usize = 0;
export let pi: usize = 0;
export let piBar: usize = 0;
export let linkCount: i32 = 0;
/** int32 list of these cells, and how many. */
export let movers: usize = 0;
export let moverCount: i32 = 0;
/** (8) */
let around: usize = 0;
/** Planes: the path after the steps so far, its expected value at the end of the loop, and the slope of the value in that. */
export let reached: usize = 0;
export let expected: usize = 0;
export let expectedBar: usize = 0;
/** int32 plane: the last entry of a cell. */
export let slots: usize = 0;

/** Mass and weights below this are 0; all that is left out on the way is then below 1e-15. */
export const NOTHING: f64 = 1e-18;
/** A while loop ends where its chance is not above this. */
const EPSILON: f64 = 1e-5;

export function layOutWalk(): void {
  cells = take(iterations * area);
  mass = take(iterations * area);
  before = take(iterations * area);
  starts = take(iterations + 1);
  chances = take(iterations);
  stays = take(iterations);
  linkFirsts = take(area);
  linkEnds = take(area);
  links = take(8 * area);
  pi = take(8 * area);
  piBar = take(8 * area);
  movers = take(area);
  around = take(8);
  reached = take(area);
  expected = take(area);
  expectedBar = take(area);
  slots = take(area);
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
  moverCount = 0;
  linkCount = 0;
  clear(reached, area);
  clear(expected, area);
  memory.fill(slots, 0xff, <usize>area << 2);
  memory.fill(linkFirsts, 0xff, <usize>area << 2);
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

/** Whether the cell of an entry passes its mass on. */
@inline
export function moves(v: i32, m: f64): bool {
  return m >= NOTHING && !(absorbs && v == source);
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

/** Adds the links of a cell, softmin weights of the last distances around it. */
function addMover(v: i32): void {
  setInteger(movers, moverCount++, v);
  const sum = weighAround(v);
  setInteger(linkFirsts, v, linkCount);
  for (let k = 0; k < 8; k++) {
    const w = v + integer(offsets, k);
    const weight = get(around, k) / sum;
    if (weight < NOTHING || integer(inside, w) == 0) continue;
    setInteger(links, linkCount, w);
    set(pi, linkCount++, weight);
  }
  setInteger(linkEnds, v, linkCount);
}

/** The weights of the cells around v, to `around`; returns their sum. */
function weighAround(v: i32): f64 {
  let sum: f64 = 0;
  let top: f64 = -Infinity;
  if (!narrow) for (let k = 0; k < 8; k++) top = max(top, get(plane(iterations - 1, EXPONENT), v + integer(offsets, k)));
  for (let k = 0; k < 8; k++) {
    const w = v + integer(offsets, k);
    const weight = narrow ? get(plane(iterations - 1, WEIGHT), w) : weightOf(iterations - 1, w, top);
    set(around, k, weight);
    sum += weight;
  }
  return sum;
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
