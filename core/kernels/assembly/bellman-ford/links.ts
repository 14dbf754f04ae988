import { take } from '../shared/memory';
import { get, integer, set, setInteger } from '../shared/vectors';
import { absorbs, area, inside, iterations, offsets, plane, source } from './grid';
import { WEIGHT } from './narrow-sweeps';
import { narrow } from './sweeps';
import { EXPONENT, weightOf } from './wide-sweeps';

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
/** (8): weights of the cells around one. */
let around: usize = 0;
/** Mass and weights below this are 0; all that is left out on the way is then below 1e-15. */
const NOTHING: f64 = 1e-18;

export function layOutLinks(): void {
  linkFirsts = take<i32>(area);
  linkEnds = take<i32>(area);
  links = take<i32>(8, area);
  pi = take<f64>(8, area);
  piBar = take<f64>(8, area);
  movers = take<i32>(area);
  around = take<f64>(8);
}

export function clearLinks(): void {
  moverCount = 0;
  linkCount = 0;
  memory.fill(linkFirsts, 0xff, <usize>area << 2);
}

/** Whether the cell of an entry passes its mass on. */
@inline
export function moves(v: i32, m: f64): bool {
  return m >= NOTHING && !(absorbs && v == source);
}

/** Adds the links of a cell, softmin weights of the last distances around it. */
export function addMover(v: i32): void {
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
