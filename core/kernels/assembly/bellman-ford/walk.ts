import { clear, get, integer, set, setInteger } from '../vectors';
import { joined } from './conorm';
import {
  absorbs, area, beta, EXPONENT, height, iterations, MANTISSA, offsets, path, source, squared, stride, take, target, waits, width,
} from './grid';
import { plane, powerOf } from './weights';

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
/** (area, 8): pi of the cells that pass on mass, by offsets; adjoints likewise. int32 list of these cells, and how many. */
export let pi: usize = 0;
export let piBar: usize = 0;
export let movers: usize = 0;
export let moverCount: i32 = 0;
/** Planes: the path after the steps so far, its expected value at the end of the loop, and the slope of the value in that. */
export let reached: usize = 0;
export let expected: usize = 0;
export let expectedBar: usize = 0;
/** int32 planes: the last entry of a cell, BORDER where it does not exist; whether it is a mover. */
export let slots: usize = 0;
let moves: usize = 0;

export const BORDER: i32 = i32.MAX_VALUE;
/** Mass and weights below this are 0. */
export const NOTHING: f64 = 1e-25;
/** A while loop ends where its chance is not above this. */
const EPSILON: f64 = 1e-5;

export function layOutWalk(): void {
  cells = take(iterations * area);
  mass = take(iterations * area);
  before = take(iterations * area);
  starts = take(iterations + 1);
  chances = take(iterations);
  stays = take(iterations);
  pi = take(8 * area);
  piBar = take(8 * area);
  movers = take(area);
  reached = take(area);
  expected = take(area);
  expectedBar = take(area);
  slots = take(area);
  moves = take(area);
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
  clear(reached, area);
  clear(expected, area);
  clear(moves, area);
  for (let p = 0; p < area; p++) setInteger(slots, p, BORDER);
  for (let i = 1; i <= height; i++) for (let p = i * stride + 1; p <= i * stride + width; p++) setInteger(slots, p, -1);
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
  const begin = integer(starts, s);
  const end = integer(starts, s + 1);
  let count = end;
  for (let e = begin; e < end; e++) {
    const v = integer(cells, e);
    const m = get(mass, e);
    if (m < NOTHING || (absorbs && v == source)) continue;
    if (integer(moves, v) == 0) addMover(v);
    for (let k = 0; k < 8; k++) {
      const moved = m * get(pi, 8 * v + k);
      if (moved == 0) continue;
      const w = v + integer(offsets, k);
      const slot = integer(slots, w);
      if (slot == BORDER) continue;
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

/** Computes pi around a cell, from the last distances. */
function addMover(v: i32): void {
  setInteger(moves, v, 1);
  setInteger(movers, moverCount++, v);
  const mantissas = plane(iterations - 1, MANTISSA);
  const exponents = plane(iterations - 1, EXPONENT);
  let top = -Infinity;
  for (let k = 0; k < 8; k++) top = Math.max(top, get(exponents, v + integer(offsets, k)));
  let sum: f64 = 0;
  for (let k = 0; k < 8; k++) {
    const w = v + integer(offsets, k);
    const weight = get(mantissas, w) * powerOf(get(exponents, w) - top);
    set(pi, 8 * v + k, weight);
    sum += weight;
  }
  for (let k = 8 * v; k < 8 * v + 8; k++) {
    const weight = get(pi, k) / sum;
    set(pi, k, weight < NOTHING ? 0 : weight);
    set(piBar, k, 0);
  }
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
