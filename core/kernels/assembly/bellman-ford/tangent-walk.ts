import { take } from '../shared/memory';
import { clear, get, integer, set, setInteger } from '../shared/vectors';
import { joined, slope } from './conorm';
import { tangent, Z_DOT } from './derivative-planes';
import { area, beta, iterations, source, waits } from './grid';
import { linkEnds, linkFirsts, links, moverCount, movers, moves, pi } from './links';
import { before, cells, chances, mass, slots, starts, stays, steps } from './walk';

/** Derivatives of the walk along `vector`: what walk.ts has, with a dot. */

/** Of the entries. */
export let massDot: usize = 0;
export let beforeDot: usize = 0;
export let changeDot: usize = 0;
/** Of the steps. */
export let chanceDots: usize = 0;
export let stayDots: usize = 0;
/** Of the links. */
export let piDot: usize = 0;
/** Planes. */
let reachedDot: usize = 0;
export let expectedDot: usize = 0;

export function layOutTangentWalk(): void {
  massDot = take<f64>(iterations, area);
  beforeDot = take<f64>(iterations, area);
  changeDot = take<f64>(iterations, area);
  chanceDots = take<f64>(iterations);
  stayDots = take<f64>(iterations);
  piDot = take<f64>(8, area);
  reachedDot = take<f64>(area);
  expectedDot = take<f64>(area);
}

export function walkTangents(): void {
  clear(reachedDot, area);
  clear(expectedDot, area);
  for (let n = 0; n < moverCount; n++) moverTangents(integer(movers, n));
  set(massDot, 0, 0);
  let chanceDot: f64 = 0;
  let stayDot: f64 = 0;
  for (let s = 0; s < steps; s++) {
    if (waits && s > 0) {
      const stay = get(stays, s);
      stayDot = -beta * stay * (1 - stay) * get(reachedDot, source);
      chanceDot = chanceDot * stay + get(chances, s - 1) * stayDot;
    }
    set(chanceDots, s, chanceDot);
    set(stayDots, s, stayDot);
    joinTangents(s, chanceDot);
    if (s + 1 < steps) advanceTangents(s);
  }
}

function moverTangents(v: i32): void {
  const zDot = tangent(iterations - 1, Z_DOT);
  const first = integer(linkFirsts, v);
  const end = integer(linkEnds, v);
  let drift: f64 = 0;
  for (let l = first; l < end; l++) drift += get(pi, l) * get(zDot, integer(links, l));
  for (let l = first; l < end; l++) set(piDot, l, -get(pi, l) * (get(zDot, integer(links, l)) - drift));
}

function joinTangents(s: i32, chanceDot: f64): void {
  const chance = get(chances, s);
  const end = integer(starts, s + 1);
  for (let e = integer(starts, s); e < end; e++) {
    const v = integer(cells, e);
    const a = get(before, e);
    const b = get(mass, e);
    const aDot = get(reachedDot, v);
    const dot = (slope(a, b) - 1) * aDot + slope(b, a) * get(massDot, e);
    set(beforeDot, e, aDot);
    set(changeDot, e, dot);
    set(reachedDot, v, aDot + dot);
    set(expectedDot, v, get(expectedDot, v) + chanceDot * joined(a, b) + chance * dot);
  }
}

function advanceTangents(s: i32): void {
  const end = integer(starts, s + 1);
  for (let e = end; e < integer(starts, s + 2); e++) {
    setInteger(slots, integer(cells, e), e);
    set(massDot, e, 0);
  }
  for (let e = integer(starts, s); e < end; e++) {
    const v = integer(cells, e);
    const m = get(mass, e);
    if (!moves(v, m)) continue;
    const mDot = get(massDot, e);
    for (let l = integer(linkFirsts, v), last = integer(linkEnds, v); l < last; l++) {
      const slot = integer(slots, integer(links, l));
      set(massDot, slot, get(massDot, slot) + mDot * get(pi, l) + m * get(piDot, l));
    }
  }
}
