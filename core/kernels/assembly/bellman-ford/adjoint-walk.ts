import { take } from '../shared/memory';
import { clear, get, integer, set } from '../shared/vectors';
import { joined, slope } from './conorm';
import { area, beta, source, waits, zBar } from './grid';
import { linkCount, linkEnds, linkFirsts, links, moverCount, movers, moves, pi, piBar } from './links';
import { before, cells, chances, expectedBar, mass, starts, stays, steps } from './walk';

/** Planes of the adjoints of mass at a step and at the one after it, in turns, 0 where there is none; and of the path. */
let massBar: usize = 0;
let massBarAfter: usize = 0;
let reachedBar: usize = 0;

export function layOutAdjointWalk(): void {
  massBar = take<f64>(area);
  massBarAfter = take<f64>(area);
  reachedBar = take<f64>(area);
}

/** From expectedBar to the adjoints of the last distances, in zBar. */
export function walkBack(): void {
  clear(massBarAfter, area);
  clear(massBar, area);
  clear(reachedBar, area);
  clear(piBar, linkCount);
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
  if (!last && moves(v, b)) {
    for (let l = integer(linkFirsts, v), end = integer(linkEnds, v); l < end; l++) {
      const next = get(massBarAfter, integer(links, l));
      bar += get(pi, l) * next;
      set(piBar, l, get(piBar, l) + b * next);
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

/** Through the softmin: zBar[w] = sum over links from v to w of -pi (piBar - its mean at v). */
function weightsBack(): void {
  clear(zBar, area);
  for (let n = 0; n < moverCount; n++) {
    const v = integer(movers, n);
    const first = integer(linkFirsts, v);
    const end = integer(linkEnds, v);
    let mean: f64 = 0;
    for (let l = first; l < end; l++) mean += get(pi, l) * get(piBar, l);
    for (let l = first; l < end; l++) {
      const w = integer(links, l);
      set(zBar, w, get(zBar, w) - get(pi, l) * (get(piBar, l) - mean));
    }
  }
  set(zBar, source, 0);
}
