import type { Sigmoid } from './sigmoid.js';
import type { SortingNetwork } from './sorting-network.js';

/**
 * The cross-entropy of a relaxed sorting network in logarithms, for scores so far apart that entries of the soft
 * permutation X underflow:
 *
 *     value = -ofX sum T log X - ofRest sum (1 - T) log(1 - X)
 *
 * log X and log(1 - X) are channels that every comparator mixes alike, A' = logsumexp(log alpha + A, log(1 - alpha) +
 * B), and their derivatives are made of shares between 0 and 1. One sample at a time, with several times the work of
 * relaxed-network.ts, to which it is equal elsewhere. Channels do not meet but in the derivatives of alpha: they are
 * done in blocks that bound the memory.
 */
export interface LogNetwork {
  /** The value of the n scores at y[offset ...]; their gradient goes to g. T is (n, n), [lane, item]. */
  gradient(y: Float64Array, offset: number, T: Float64Array, g: Float64Array): number;
  /** The Hessian in the scores, (n, n). */
  hessian(y: Float64Array, offset: number, T: Float64Array, H: Float64Array): void;
}

/** What the comparators did to the scores, one entry each. */
interface Comparisons {
  readonly D: Float64Array;
  readonly F: Float64Array;
  readonly complement: Float64Array;
  /** Three each: log alpha and its derivatives in D; log(1 - alpha) and its derivatives in -D. */
  readonly up: Float64Array;
  readonly down: Float64Array;
  /** Derivatives of the value in log alpha and in log(1 - alpha). */
  readonly upBar: Float64Array;
  readonly downBar: Float64Array;
  /** Coefficient of D. D.^T in the Hessian. */
  readonly curvature: Float64Array;
}

/**
 * What the comparators did to a block of channels, (comparator, channel): the shares of lanes a and b in the two
 * outputs.
 */
interface Shares {
  readonly aInA: Float64Array;
  readonly bInA: Float64Array;
  readonly aInB: Float64Array;
  readonly bInB: Float64Array;
  /** Derivatives of the value in the outputs; only for a Hessian. */
  readonly barA: Float64Array;
  readonly barB: Float64Array;
}

/** Numbers that the shares and tangents of a block may take. */
const BLOCK = 2 ** 23;

/** Bytes for n scores whose network has `size` comparators, with channels one by one where that is much. */
export function logNetworkBytes(n: number, size: number): number {
  return 8 * (BLOCK + 18 * size + 3 * n * n);
}

export function logNetwork(
  network: SortingNetwork,
  sigmoid: Sigmoid,
  ofX: number,
  ofRest: number,
  block = BLOCK,
): LogNetwork {
  const { n, lower, upper } = network;
  const size = lower.length;
  const channels = ofRest === 0 ? n : 2 * n;
  const width = Math.max(1, Math.min(channels, Math.floor(block / (6 * size + n * n))));
  const x = new Float64Array(n);
  const lanes = new Float64Array(n * width);
  const bars = new Float64Array(n * width);
  const entries = (count: number): Float64Array => new Float64Array(count * size);
  const steps: Comparisons = {
    ...{ D: entries(1), F: entries(1), complement: entries(1), up: entries(3), down: entries(3) },
    ...{ upBar: entries(1), downBar: entries(1), curvature: entries(1) },
  };
  const kept = { aInA: entries(width), bInA: entries(width), aInB: entries(width), bInB: entries(width) };

  /** Takes the block of channels at `from` through the network and back; its part of the value. */
  const runBlock = (shares: Shares, T: Float64Array, from: number): number => {
    const to = Math.min(channels, from + width);
    startForward(lanes, n, width, from, to);
    for (let k = 0; k < size; k++) mix(steps, shares, k, lanes, lower[k] * width, upper[k] * width, width);
    let value = 0;
    bars.fill(0);
    for (let r = 0; r < n; r++) {
      for (let c = from; c < to; c++) {
        const t = T[r * n + (c % n)];
        const weight = c < n ? ofX * t : ofRest * (1 - t);
        bars[r * width + c - from] = -weight;
        if (weight !== 0) value -= weight * lanes[r * width + c - from];
      }
    }
    for (let k = size - 1; k >= 0; k--) unmix(steps, shares, k, bars, lower[k] * width, upper[k] * width, width);
    return value;
  };

  const run = (shares: Shares, y: Float64Array, offset: number, T: Float64Array, g: Float64Array): number => {
    for (let r = 0; r < n; r++) x[r] = y[offset + r];
    for (let k = 0; k < size; k++) compare(steps, k, sigmoid, x, lower[k], upper[k]);
    steps.upBar.fill(0);
    steps.downBar.fill(0);
    let value = 0;
    for (let from = 0; from < channels; from += width) value += runBlock(shares, T, from);
    g.fill(0);
    for (let k = size - 1; k >= 0; k--) uncompare(steps, k, sigmoid, g, lower[k], upper[k]);
    return value;
  };

  return {
    gradient: (y, offset, T, g) => run({ ...kept, barA: entries(0), barB: entries(0) }, y, offset, T, g),
    hessian(y, offset, T, H) {
      const shares = { ...kept, barA: entries(width), barB: entries(width) };
      run(shares, y, offset, T, new Float64Array(n));
      H.fill(0);
      for (let from = 0; from < channels; from += width) {
        if (width < channels) runBlock(shares, T, from);
        const tangents = new Float64Array(n * width * n);
        const xDot = new Float64Array(n * n);
        for (let r = 0; r < n; r++) xDot[r * n + r] = 1;
        for (let k = 0; k < size; k++) {
          const dots = carryScores(steps, k, sigmoid, xDot, lower[k] * n, upper[k] * n, n);
          if (from === 0) addOuter(H, steps.curvature[k], dots);
          carry(steps, shares, k, tangents, lower[k] * width * n, upper[k] * width * n, width, dots, H);
        }
      }
    },
  };
}

/** log X = 0 on the diagonal, log(1 - X) = 0 off it. */
function startForward(lanes: Float64Array, n: number, width: number, from: number, to: number): void {
  lanes.fill(-Infinity);
  for (let r = 0; r < n; r++) {
    for (let c = from; c < to; c++) if ((c % n === r) === c < n) lanes[r * width + c - from] = 0;
  }
}

const three = new Float64Array(3);

function compare(steps: Comparisons, k: number, sigmoid: Sigmoid, x: Float64Array, a: number, b: number): void {
  const xa = x[a];
  const xb = x[b];
  const D = xb - xa;
  const F = sigmoid.F(D);
  const complement = sigmoid.F(-D);
  sigmoid.logarithm(D, three);
  steps.up.set(three, 3 * k);
  sigmoid.logarithm(-D, three);
  steps.down.set(three, 3 * k);
  steps.D[k] = D;
  steps.F[k] = F;
  steps.complement[k] = complement;
  x[a] = F * xa + complement * xb;
  x[b] = complement * xa + F * xb;
}

function mix(
  steps: Comparisons,
  shares: Shares,
  k: number,
  lanes: Float64Array,
  a: number,
  b: number,
  width: number,
): void {
  const up = steps.up[3 * k];
  const down = steps.down[3 * k];
  for (let c = 0, o = k * width; c < width; c++, o++) {
    const A = lanes[a + c];
    const B = lanes[b + c];
    lanes[a + c] = logAddExp(up + A, down + B, shares.aInA, shares.bInA, o);
    lanes[b + c] = logAddExp(down + A, up + B, shares.aInB, shares.bInB, o);
  }
}

/**
 * log(exp p + exp q), and the shares of exp p and exp q in the sum at `o`: each to full accuracy, also where the other
 * rounds to 1.
 */
function logAddExp(p: number, q: number, ofP: Float64Array, ofQ: Float64Array, o: number): number {
  const top = Math.max(p, q);
  if (top === -Infinity) {
    ofP[o] = 0;
    ofQ[o] = 0;
    return top;
  }
  const ratio = Math.exp(Math.min(p, q) - top);
  const larger = 1 / (1 + ratio);
  ofP[o] = p === top ? larger : ratio * larger;
  ofQ[o] = p === top ? ratio * larger : larger;
  return top + Math.log1p(ratio);
}

/** Takes the derivatives of lanes a and b back over comparator k, and adds those in log alpha and log(1 - alpha). */
function unmix(
  steps: Comparisons,
  shares: Shares,
  k: number,
  bars: Float64Array,
  a: number,
  b: number,
  width: number,
): void {
  const { aInA, bInA, aInB, bInB, barA, barB } = shares;
  let upBar = 0;
  let downBar = 0;
  for (let c = 0, o = k * width; c < width; c++, o++) {
    const A = bars[a + c];
    const B = bars[b + c];
    if (barA.length > 0) {
      barA[o] = A;
      barB[o] = B;
    }
    upBar += A * aInA[o] + B * bInB[o];
    downBar += B * aInB[o] + A * bInA[o];
    bars[a + c] = A * aInA[o] + B * aInB[o];
    bars[b + c] = A * bInA[o] + B * bInB[o];
  }
  steps.upBar[k] += upBar;
  steps.downBar[k] += downBar;
}

/** Takes the derivatives in the scores of lanes a and b back over comparator k. */
function uncompare(steps: Comparisons, k: number, sigmoid: Sigmoid, xBar: Float64Array, a: number, b: number): void {
  const { up, down } = steps;
  const [D, F, complement] = [steps.D[k], steps.F[k], steps.complement[k]];
  const [upBar, downBar] = [steps.upBar[k], steps.downBar[k]];
  const first = sigmoid.first(D, F, complement);
  const difference = xBar[a] - xBar[b];
  const DBar = upBar * up[3 * k + 1] - downBar * down[3 * k + 1] - difference * D * first;
  steps.curvature[k] = upBar * up[3 * k + 2] +
    downBar * down[3 * k + 2] -
    difference * (D * sigmoid.second(D, F, complement) + 2 * first);
  const xa = F * xBar[a] + complement * xBar[b];
  xBar[b] = complement * xBar[a] + F * xBar[b] + DBar;
  xBar[a] = xa - DBar;
}

/** Carries the tangents (lane, score) of the scores in lanes a and b over comparator k; those of its D. */
function carryScores(
  steps: Comparisons,
  k: number,
  sigmoid: Sigmoid,
  xDot: Float64Array,
  a: number,
  b: number,
  n: number,
): Float64Array {
  const [D, F, complement] = [steps.D[k], steps.F[k], steps.complement[k]];
  const slope = -D * sigmoid.first(D, F, complement);
  const dots = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const xa = xDot[a + j];
    const xb = xDot[b + j];
    const dot = xb - xa;
    dots[j] = dot;
    xDot[a + j] = F * xa + complement * xb + slope * dot;
    xDot[b + j] = complement * xa + F * xb - slope * dot;
  }
  return dots;
}

/**
 * Carries the tangents (lane, channel, score) of lanes a and b over comparator k and adds its second derivatives to H.
 */
function carry(
  steps: Comparisons,
  shares: Shares,
  k: number,
  tangents: Float64Array,
  a: number,
  b: number,
  width: number,
  dots: Float64Array,
  H: Float64Array,
): void {
  const n = dots.length;
  const up = steps.up[3 * k + 1];
  const down = steps.down[3 * k + 1];
  const inA = new Float64Array(n);
  const inB = new Float64Array(n);
  for (let c = 0, o = k * width; c < width; c++, o++) {
    const [aInA, bInA, aInB, bInB] = [shares.aInA[o], shares.bInA[o], shares.aInB[o], shares.bInB[o]];
    for (let j = 0, s = a + c * n, t = b + c * n; j < n; j++, s++, t++) {
      const A = tangents[s];
      const B = tangents[t];
      const dot = dots[j];
      inA[j] = A - B + (up + down) * dot;
      inB[j] = A - B - (up + down) * dot;
      tangents[s] = aInA * (A + up * dot) + bInA * (B - down * dot);
      tangents[t] = aInB * (A - down * dot) + bInB * (B + up * dot);
    }
    addOuter(H, shares.barA[o] * aInA * bInA, inA);
    addOuter(H, shares.barB[o] * aInB * bInB, inB);
  }
}

/** H += weight v v^T. */
function addOuter(H: Float64Array, weight: number, v: Float64Array): void {
  if (weight === 0) return;
  const n = v.length;
  for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) H[a * n + b] += weight * v[a] * v[b];
}
