import { clear, get, integer, set } from '../vectors';
import { clearBounds, widenBounds } from './bounds';
import { bend, joined, mixedBend, slope } from './conorm';
import { absorbs, area, beta, dBar, height, offsets, source, squared, take, waits, width } from './grid';
import { dBarDot } from './product-sweeps';
import { beforeDot, chanceDots, changeDot, expectedDot, massDot, piDot, stayDots } from './tangent-walk';
import {
  before, BORDER, cells, chances, expectedBar, mass, moverCount, movers, NOTHING, pi, piBar, slots, starts, stays, steps,
} from './walk';

/** Derivatives of adjoint-walk.ts along `vector`: its adjoints, and with them their own tangents, marked with a dot. */
let massBar: usize = 0;
let massBarDot: usize = 0;
let massBarAfter: usize = 0;
let massBarAfterDot: usize = 0;
let reachedBar: usize = 0;
let reachedBarDot: usize = 0;
/** (area, 8) */
let piBarDot: usize = 0;
/** Of the chance of a step, summed over its entries. */
let chanceBar: f64 = 0;
let chanceBarDot: f64 = 0;

export function layOutProductWalk(): void {
  massBar = take(area);
  massBarDot = take(area);
  massBarAfter = take(area);
  massBarAfterDot = take(area);
  reachedBar = take(area);
  reachedBarDot = take(area);
  piBarDot = take(8 * area);
}

/** From expectedBar and expectedDot to the adjoints of the last distances, in dBar and dBarDot. */
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
  for (let n = 0; n < moverCount; n++) {
    clear(piBar + ((<usize>integer(movers, n)) << 6), 8);
    clear(piBarDot + ((<usize>integer(movers, n)) << 6), 8);
  }
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
  if (!last && b >= NOTHING && !(absorbs && v == source)) {
    for (let k = 0, o = 8 * v; k < 8; k++, o++) {
      const w = v + integer(offsets, k);
      const next = get(massBarAfter, w);
      const nextDot = get(massBarAfterDot, w);
      bar += get(pi, o) * next;
      barDot += get(piDot, o) * next + get(pi, o) * nextDot;
      set(piBar, o, get(piBar, o) + b * next);
      set(piBarDot, o, get(piBarDot, o) + bDot * next + b * nextDot);
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
  clear(dBar, area);
  clear(dBarDot, area);
  clearBounds();
  for (let n = 0; n < moverCount; n++) {
    const v = integer(movers, n);
    let mean: f64 = 0;
    let meanDot: f64 = 0;
    for (let o = 8 * v; o < 8 * v + 8; o++) {
      mean += get(pi, o) * get(piBar, o);
      meanDot += get(piDot, o) * get(piBar, o) + get(pi, o) * get(piBarDot, o);
    }
    for (let k = 0, o = 8 * v; k < 8; k++, o++) {
      const w = v + integer(offsets, k);
      if (integer(slots, w) == BORDER) continue;
      const above = get(piBar, o) - mean;
      set(dBar, w, get(dBar, w) - beta * get(pi, o) * above);
      set(dBarDot, w, get(dBarDot, w) - beta * (get(piDot, o) * above + get(pi, o) * (get(piBarDot, o) - meanDot)));
    }
    widenBounds(v);
  }
  set(dBar, source, 0);
  set(dBarDot, source, 0);
}
