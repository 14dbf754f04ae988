import { clear, get, integer, set } from '../vectors';
import { clearBounds, widenBounds } from './bounds';
import { joined, slope } from './conorm';
import { absorbs, area, beta, dBar, offsets, source, take, waits } from './grid';
import {
  before, BORDER, cells, chances, expectedBar, mass, moverCount, movers, NOTHING, pi, piBar, slots, starts, stays, steps,
} from './walk';

/** Planes of the adjoints of mass at a step and at the one after it, in turns, 0 where there is none; and of the path. */
let massBar: usize = 0;
let massBarAfter: usize = 0;
let reachedBar: usize = 0;

export function layOutAdjointWalk(): void {
  massBar = take(area);
  massBarAfter = take(area);
  reachedBar = take(area);
}

/** From expectedBar to the adjoints of the last distances, in dBar. */
export function walkBack(): void {
  clear(massBarAfter, area);
  clear(massBar, area);
  clear(reachedBar, area);
  let later: f64 = 0; // sum of chance * its adjoint over the steps from here on
  for (let s = steps - 1; s >= 0; s--) {
    const begin = integer(starts, s);
    const end = integer(starts, s + 1);
    const chance = get(chances, s);
    let chanceBar: f64 = 0;
    for (let e = begin; e < end; e++) chanceBar += entryBack(e, chance, s + 1 == steps);
    if (waits) {
      later += chance * chanceBar;
      set(reachedBar, source, get(reachedBar, source) - beta * (1 - get(stays, s)) * later);
    }
    clearStep(s + 1);
    const after = massBarAfter;
    massBarAfter = massBar;
    massBar = after;
  }
  clearStep(0);
  weightsBack();
}

/** An entry's share of all adjoints; returns that of the chance. */
@inline
function entryBack(e: i32, chance: f64, last: bool): f64 {
  const v = integer(cells, e);
  const a = get(before, e);
  const b = get(mass, e);
  const outer = get(expectedBar, v);
  const after = get(reachedBar, v) + chance * outer;
  set(reachedBar, v, after * slope(a, b) - chance * outer);
  let bar = after * slope(b, a);
  if (!last && b >= NOTHING && !(absorbs && v == source)) {
    for (let k = 0; k < 8; k++) {
      const next = get(massBarAfter, v + integer(offsets, k));
      bar += get(pi, 8 * v + k) * next;
      set(piBar, 8 * v + k, get(piBar, 8 * v + k) + b * next);
    }
  }
  set(massBar, v, bar);
  return outer * joined(a, b);
}

/** Clears the adjoints of the mass of step s, which are in massBarAfter. */
function clearStep(s: i32): void {
  if (s >= steps) return;
  for (let e = integer(starts, s); e < integer(starts, s + 1); e++) set(massBarAfter, integer(cells, e), 0);
}

/** Through the softmin: dBar[w] = sum over movers v of -beta pi (piBar - mean of piBar), also its bounds. */
function weightsBack(): void {
  clear(dBar, area);
  clearBounds();
  for (let n = 0; n < moverCount; n++) {
    const v = integer(movers, n);
    let mean: f64 = 0;
    for (let k = 8 * v; k < 8 * v + 8; k++) mean += get(pi, k) * get(piBar, k);
    for (let k = 0; k < 8; k++) {
      const w = v + integer(offsets, k);
      if (integer(slots, w) == BORDER) continue;
      set(dBar, w, get(dBar, w) - beta * get(pi, 8 * v + k) * (get(piBar, 8 * v + k) - mean));
    }
    widenBounds(v);
  }
  set(dBar, source, 0);
}
