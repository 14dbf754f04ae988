import { layOut, take } from '../shared/memory';
import { at, get, set, setInteger } from '../shared/vectors';

/**
 * One sample of the relaxed Bellman-Ford algorithm (plugins/bellman-ford.ts has the formulas). Costs and distances are in units of
 * 1 / beta: z = beta d, so that pi = softmin(z). A plane is the grid with a border of cells that do not exist: cell (i, j) is at
 * (i + 1) * stride + j + 1, and rows are taken two cells at a time, from j = 0. `layOutGrid` lays out the arrays, `configure` sets
 * the other parameters.
 */
export let height: i32 = 0;
export let width: i32 = 0;
export let stride: i32 = 0;
/** Cells of a plane. */
export let area: i32 = 0;
/** Sweeps, and at most as many steps of the walk. */
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
/**
 * (iterations) states of STATE planes, state t what sweep t leaves and state 0 the start: distances z; two planes that stand for the
 * weights exp(-z); and of the sweep itself, around each cell, the inverse of the sum of weights, the mean of z, and one plane more.
 */
export let states: usize = 0;
export const Z: i32 = 0;
export const INVERSE: i32 = 3;
export const MEAN: i32 = 4;
export const STATE: i32 = 6;
/** Planes of the adjoints of costs and of distances after a sweep and before it, the latter two in turns. */
export let cBar: usize = 0;
export let zBar: usize = 0;
export let zBarBefore: usize = 0;
/** Adjoints below this are 0, lest they become so small that arithmetic is slow; a sweep at most doubles what becomes of them. */
export const NO_BAR: f64 = 1e-22;

/** (8) int32: from a cell to its neighbours, in row-major order. */
export let offsets: usize = 0;
/** int32 plane: whether a cell exists. */
export let inside: usize = 0;

export let beta: f64 = 0;
export let absorbs: bool = false;
/** A while loop, whose chance to go on falls with the path's value at the source. */
export let waits: bool = false;
export let squared: bool = false;
/** Hamacher's conorm with p = q + 1, which is the probabilistic one for q = 0; Yager's for q = -1. */
export let q: f64 = 0;

export function layOutGrid(rows: i32, columns: i32, sweeps: i32): void {
  height = rows;
  width = columns;
  stride = (columns + 4) & ~1;
  area = (rows + 2) * stride;
  iterations = sweeps;
  unreached = sweeps < max(rows, columns) - 1;
  source = stride + 1;
  target = rows * stride + columns;
  layOut();
  costs = take<f64>(rows, columns);
  path = take<f64>(rows, columns);
  vector = take<f64>(rows, columns);
  gradient = take<f64>(rows, columns);
  c = take<f64>(area);
  states = take<f64>(iterations * STATE, area);
  cBar = take<f64>(area);
  zBar = take<f64>(area);
  zBarBefore = take<f64>(area);
  offsets = take<i32>(8);
  inside = take<i32>(area);
}

/** Fills the constants. */
export function fillConstants(): void {
  for (let k = 0, place = 0; k < 8; k++, place++) {
    if (place == 4) place++;
    setInteger(offsets, k, (place / 3 - 1) * stride + (place % 3) - 1);
  }
  for (let i = 1; i <= height; i++) for (let p = i * stride + 1; p <= i * stride + width; p++) setInteger(inside, p, 1);
}

export function configure(b: f64, absorbing: bool, waiting: bool, squares: bool, conorm: f64): void {
  beta = b;
  absorbs = absorbing;
  waits = waiting;
  squared = squares;
  q = conorm;
}

/** From (height * width) to the cells of a plane, times a number. */
export function toPlane(from: usize, scale: f64, plane: usize): void {
  for (let i = 0, k = 0; i < height; i++) {
    for (let p = (i + 1) * stride + 1; p <= (i + 1) * stride + width; p++, k++) set(plane, p, scale * get(from, k));
  }
}

export function fromPlane(plane: usize, scale: f64, to: usize): void {
  for (let i = 0, k = 0; i < height; i++) {
    for (let p = (i + 1) * stride + 1; p <= (i + 1) * stride + width; p++, k++) set(to, k, scale * get(plane, p));
  }
}

/** Plane `kind` of state t. */
@inline
export function plane(t: i32, kind: i32): usize {
  return at(states, (t * STATE + kind) * area);
}

/** Exchanges zBar with zBarBefore. */
export function turnAdjoints(): void {
  const before = zBarBefore;
  zBarBefore = zBar;
  zBar = before;
}

/** Rows or columns, of n, with cells that sweep t can reach. */
@inline
export function reaches(t: i32, n: i32): i32 {
  return unreached ? n : min(n, t + 1);
}
