import { take } from '../shared/memory';
import { clear, get, integer, set } from '../shared/vectors';
import { bend, joined, mixedBend, slope } from './conorm';
import { zBarDot } from './derivative-planes';
import { area, beta, height, source, squared, waits, width, zBar } from './grid';
import { linkCount, linkEnds, linkFirsts, links, moverCount, movers, moves, pi, piBar } from './links';
import { beforeDot, chanceDots, changeDot, expectedDot, massDot, piDot, stayDots } from './tangent-walk';
import { before, cells, chances, expectedBar, mass, starts, stays, steps } from './walk';

/** Derivatives of adjoint-walk.ts along `vector`: its adjoints, and with them their own tangents, marked with a dot. */
let massBar: usize = 0;
let massBarDot: usize = 0;
let massBarAfter: usize = 0;
let massBarAfterDot: usize = 0;
let reachedBar: usize = 0;
let reachedBarDot: usize = 0;
/** Of the links. */
let piBarDot: usize = 0;
/** Of the chance of a step, summed over its entries. */
let chanceBar: f64 = 0;
let chanceBarDot: f64 = 0;

export function layOutProductWalk(): void {
  massBar = take<f64>(area);
  massBarDot = take<f64>(area);
  massBarAfter = take<f64>(area);
  massBarAfterDot = take<f64>(area);
  reachedBar = take<f64>(area);
  reachedBarDot = take<f64>(area);
  piBarDot = take<f64>(8, area);
}

/** From expectedBar and expectedDot to the adjoints of the last distances, in zBar and zBarDot. */
export function walkBackWithTangents(): void {
  begin();
  let later: f64 = 0;
  let laterDot: f64 = 0;
  for (let s = steps - 1; s >= 0; s--) {
    const chance = get(chances, s);
    const chanceDot = get(chanceDots, s);
    chanceBar = 0;
    chanceBarDot = 0;
    for (let e = integer(starts, s); e < integer(starts, s + 1); e++) entryBack(e, chance, chanceDot, s + 1 == steps);
    if (waits) {
      later += chance * chanceBar;
      laterDot += chanceDot * chanceBar + chance * chanceBarDot;
      const leaves = 1 - get(stays, s);
      set(reachedBar, source, get(reachedBar, source) - beta * leaves * later);
      set(reachedBarDot, source, get(reachedBarDot, source) - beta * (leaves * laterDot - get(stayDots, s) * later));
    }
    if (s + 1 < steps) clearStep(s + 1);
    turn();
  }
  weightsBack();
}

function begin(): void {
  clear(massBar, area);
  clear(massBarDot, area);
  clear(massBarAfter, area);
  clear(massBarAfterDot, area);
  clear(reachedBar, area);
  clear(reachedBarDot, area);
  clear(piBar, linkCount);
  clear(piBarDot, linkCount);
}

@inline
function entryBack(e: i32, chance: f64, chanceDot: f64, last: bool): void {
  const v = integer(cells, e);
  const a = get(before, e);
  const aDot = get(beforeDot, e);
  const b = get(mass, e);
  const bDot = get(massDot, e);
  const outer = get(expectedBar, v);
  const outerDot = squared ? (2 / <f64>(height * width)) * get(expectedDot, v) : 0;
  const direct = chance * outer;
  const directDot = chanceDot * outer + chance * outerDot;
  const after = get(reachedBar, v) + direct;
  const afterDot = get(reachedBarDot, v) + directDot;
  const slopeA = slope(a, b);
  const slopeB = slope(b, a);
  const mixed = mixedBend(a, b);
  set(reachedBar, v, after * slopeA - direct);
  set(reachedBarDot, v, afterDot * slopeA + after * (bend(a, b) * aDot + mixed * bDot) - directDot);
  let bar = after * slopeB;
  let barDot = afterDot * slopeB + after * (mixed * aDot + bend(b, a) * bDot);
  if (!last && moves(v, b)) {
    for (let l = integer(linkFirsts, v), end = integer(linkEnds, v); l < end; l++) {
      const w = integer(links, l);
      const next = get(massBarAfter, w);
      const nextDot = get(massBarAfterDot, w);
      bar += get(pi, l) * next;
      barDot += get(piDot, l) * next + get(pi, l) * nextDot;
      set(piBar, l, get(piBar, l) + b * next);
      set(piBarDot, l, get(piBarDot, l) + bDot * next + b * nextDot);
    }
  }
  set(massBar, v, bar);
  set(massBarDot, v, barDot);
  chanceBar += outer * joined(a, b);
  chanceBarDot += outerDot * joined(a, b) + outer * get(changeDot, e);
}

/** Clears the adjoints of the mass of step s, which are those after. */
function clearStep(s: i32): void {
  for (let e = integer(starts, s); e < integer(starts, s + 1); e++) {
    set(massBarAfter, integer(cells, e), 0);
    set(massBarAfterDot, integer(cells, e), 0);
  }
}

function turn(): void {
  const after = massBarAfter;
  massBarAfter = massBar;
  massBar = after;
  const afterDot = massBarAfterDot;
  massBarAfterDot = massBarDot;
  massBarDot = afterDot;
}

function weightsBack(): void {
  clear(zBar, area);
  clear(zBarDot, area);
  for (let n = 0; n < moverCount; n++) {
    const v = integer(movers, n);
    const first = integer(linkFirsts, v);
    const end = integer(linkEnds, v);
    let mean: f64 = 0;
    let meanDot: f64 = 0;
    for (let l = first; l < end; l++) {
      mean += get(pi, l) * get(piBar, l);
      meanDot += get(piDot, l) * get(piBar, l) + get(pi, l) * get(piBarDot, l);
    }
    for (let l = first; l < end; l++) {
      const w = integer(links, l);
      const above = get(piBar, l) - mean;
      set(zBar, w, get(zBar, w) - get(pi, l) * above);
      set(zBarDot, w, get(zBarDot, w) - get(piDot, l) * above - get(pi, l) * (get(piBarDot, l) - meanDot));
    }
  }
  set(zBar, source, 0);
  set(zBarDot, source, 0);
}
