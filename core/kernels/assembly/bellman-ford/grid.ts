import { at, setInteger } from '../vectors';

/**
 * One sample of the relaxed Bellman-Ford algorithm (plugins/bellman-ford.ts has the formulas). A plane is the grid with a border of cells
 * that do not exist: cell (i, j) is at (i + 1) * stride + j + 1, and rows are taken two cells at a time, from j = 0. `allocateGrid` lays
 * out the arrays, whose addresses are in the globals; `configureGrid` sets the other parameters.
 */
export let height: i32 = 0;
export let width: i32 = 0;
export let stride: i32 = 0;
/** Cells of a plane. */
export let area: i32 = 0;
/** Sweeps, and at most as many steps of the traceback. */
export let iterations: i32 = 0;
/** Whether the target is further away than that: only then does it matter what cells are that no sweep has reached. */
export let unreached: bool = false;
export let source: i32 = 0;
export let target: i32 = 0;

/** (height * width): costs, path and the vector of a product, in; gradient or product, out. */
export let costs: usize = 0;
export let path: usize = 0;
export let vector: usize = 0;
export let gradient: usize = 0;

/** Plane of the costs. */
export let c: usize = 0;
/** (iterations) states of STATE planes: what sweep t leaves is state t, and state 0 is the start. */
export let states: usize = 0;
/** (height + 2) int32: first and last column of each row that the latest sweep changed. */
export let firsts: usize = 0;
export let lasts: usize = 0;

/** Planes of a state: distances d, and exp(-beta d) = mantissa * 2^exponent; ... */
export const D: i32 = 0;
export const MANTISSA: i32 = 1;
export const EXPONENT: i32 = 2;
/** ... of the sweep that led to it, around each cell, the largest exponent, 1 / sum of weights relative to that, and the mean distance. */
export const TOP: i32 = 3;
export const INVERSE: i32 = 4;
export const MEAN: i32 = 5;
export const STATE: i32 = 6;

/** Adjoints of costs and of distances (two planes in turns), and the latter times INVERSE. */
export let cBar: usize = 0;
export let dBar: usize = 0;
export let dBarBefore: usize = 0;
export let scaled: usize = 0;
/** (height + 2) int32: first and last column of each row where dBar is not 0. */
export let barFirsts: usize = 0;
export let barLasts: usize = 0;

/** (8) int32: from a cell to its neighbours, in row-major order. */
export let offsets: usize = 0;

export let beta: f64 = 0;
export let absorbs: bool = false;
/** A while loop, whose chance to go on falls with the path's value at the source. */
export let waits: bool = false;
export let squared: bool = false;
/** Hamacher's conorm with p = q + 1, which is the probabilistic one for q = 0; Yager's for q = -1. */
export let q: f64 = 0;

let heap: usize = 0;

export function take(count: i32): usize {
  const array = heap;
  heap = (at(heap, count) + 63) & ~63;
  return array;
}

export function layOutGrid(rows: i32, columns: i32, sweeps: i32): void {
  height = rows;
  width = columns;
  stride = (columns + 4) & ~1;
  area = (rows + 2) * stride;
  iterations = sweeps;
  unreached = sweeps < max(rows, columns) - 1;
  source = stride + 1;
  target = rows * stride + columns;
  heap = (__heap_base + 63) & ~63;
  costs = take(rows * columns);
  path = take(rows * columns);
  vector = take(rows * columns);
  gradient = take(rows * columns);
  c = take(area);
  states = take(iterations * STATE * area);
  firsts = take(rows + 2);
  lasts = take(rows + 2);
  barFirsts = take(rows + 2);
  barLasts = take(rows + 2);
  cBar = take(area);
  dBar = take(area);
  dBarBefore = take(area);
  scaled = take(area);
  offsets = take(4);
}

/** Grows the memory to what has been taken, whether there is as much, and fills the constants. */
export function openGrid(): bool {
  const missing = <i32>((heap + 0xffff) >> 16) - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) return false;
  for (let k = 0, place = 0; k < 8; k++, place++) {
    if (place == 4) place++;
    setInteger(offsets, k, (place / 3 - 1) * stride + (place % 3) - 1);
  }
  return true;
}

export function configureGrid(b: f64, absorbing: bool, waiting: bool, squares: bool, conorm: f64): void {
  beta = b;
  absorbs = absorbing;
  waits = waiting;
  squared = squares;
  q = conorm;
}

/** Rows or columns, of n, with cells that sweep t can reach. */
@inline
export function reaches(t: i32, n: i32): i32 {
  return unreached ? n : min(n, t + 1);
}

/** From (height * width) to the cells of a plane. */
export function toPlane(from: usize, plane: usize): void {
  const bytes = (<usize>width) << 3;
  for (let i = 0; i < height; i++) memory.copy(at(plane, (i + 1) * stride + 1), at(from, i * width), bytes);
}

export function fromPlane(plane: usize, to: usize): void {
  const bytes = (<usize>width) << 3;
  for (let i = 0; i < height; i++) memory.copy(at(to, i * width), at(plane, (i + 1) * stride + 1), bytes);
}

/** Exchanges dBar with dBarBefore. */
export function turnAdjoints(): void {
  const before = dBarBefore;
  dBarBefore = dBar;
  dBar = before;
}
