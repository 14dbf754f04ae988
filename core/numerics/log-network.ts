import { logarithmOf, type Sigmoid } from './sigmoid.js';
import { type SortingNetwork } from './sorting-network.js';

/**
 * The cross-entropy of a relaxed sorting network in logarithms, for scores so far apart that entries of the soft permutation X underflow:
 *
 *     value = -ofX sum T log X - ofRest sum (1 - T) log(1 - X)
 *
 * log X and log(1 - X) are channels that every comparator mixes alike, A' = logsumexp(log alpha + A, log(1 - alpha) + B), and their
 * derivatives are made of shares between 0 and 1. One sample at a time, with several times the work of relaxed-network.ts, to which it
 * is equal elsewhere.
 */
export interface LogNetwork {
  /** The value of the n scores at y[offset ...]; their gradient goes to g. T is (n, n), [lane, item]. */
  gradient(y: Float64Array, offset: number, T: Float64Array, g: Float64Array): number;
  /** The Hessian in the scores, (n, n). */
  hessian(y: Float64Array, offset: number, T: Float64Array, H: Float64Array): void;
}

/** What comparator k did, per channel: the shares of lane a in its two outputs, and the derivatives of the value in them. */
interface Comparison {
  D: number;
  F: number;
  complement: number;
  /** log alpha and its derivatives in D; log(1 - alpha) and its derivatives in -D. */
  readonly up: Float64Array;
  readonly down: Float64Array;
  readonly shareInA: Float64Array;
  readonly shareInB: Float64Array;
  readonly barA: Float64Array;
  readonly barB: Float64Array;
  /** Coefficient of D. D.^T in the Hessian. */
  curvature: number;
}

export function logNetwork(network: SortingNetwork, sigmoid: Sigmoid, ofX: number, ofRest: number): LogNetwork {
  const { n, lower, upper } = network;
  const channels = ofRest === 0 ? n : 2 * n;
  const perChannel = (): Float64Array => new Float64Array(channels);
  const lanes = Array.from({ length: n }, perChannel);
  const bars = Array.from({ length: n }, perChannel);
  const x = new Float64Array(n);
  const comparisons = Array.from(lower, (): Comparison => ({
    ...{ D: 0, F: 0, complement: 0, curvature: 0, up: new Float64Array(3), down: new Float64Array(3) },
    ...{ shareInA: perChannel(), shareInB: perChannel(), barA: perChannel(), barB: perChannel() },
  }));

  const forward = (y: Float64Array, offset: number): void => {
    lanes.forEach((lane, r) => {
      x[r] = y[offset + r]!;
      for (let c = 0; c < channels; c++) lane[c] = (c % n === r) === c < n ? 0 : -Infinity; // log X = 0 on the diagonal, log(1 - X) = 0 off it
    });
    comparisons.forEach((step, k) => {
      const a = lower[k]!;
      const b = upper[k]!;
      compare(step, sigmoid, x, a, b);
      mix(step, lanes[a]!, lanes[b]!);
    });
  };

  const startReverse = (T: Float64Array): number => {
    let value = 0;
    for (let r = 0; r < n; r++) {
      for (let c = 0; c < channels; c++) {
        const t = T[r * n + (c % n)]!;
        const weight = c < n ? ofX * t : ofRest * (1 - t);
        bars[r]![c] = -weight;
        if (weight !== 0) value -= weight * lanes[r]![c]!;
      }
    }
    return value;
  };

  const run = (y: Float64Array, offset: number, T: Float64Array, g: Float64Array): number => {
    forward(y, offset);
    const value = startReverse(T);
    g.fill(0);
    for (let k = lower.length - 1; k >= 0; k--) unmix(comparisons[k]!, sigmoid, bars[lower[k]!]!, bars[upper[k]!]!, g, lower[k]!, upper[k]!);
    return value;
  };

  return {
    gradient: run,
    hessian(y, offset, T, H) {
      run(y, offset, T, new Float64Array(n));
      H.fill(0);
      const tangents = Array.from({ length: n }, () => new Float64Array(channels * n));
      const xDot = Array.from({ length: n }, (_, r) => Float64Array.from({ length: n }, (__, j) => (j === r ? 1 : 0)));
      comparisons.forEach((step, k) => {
        const a = lower[k]!;
        const b = upper[k]!;
        carry(step, sigmoid, tangents[a]!, tangents[b]!, xDot[a]!, xDot[b]!, H);
      });
    },
  };
}

function compare(step: Comparison, sigmoid: Sigmoid, x: Float64Array, a: number, b: number): void {
  const xa = x[a]!;
  const xb = x[b]!;
  step.D = xb - xa;
  step.F = sigmoid.F(step.D);
  step.complement = sigmoid.F(-step.D);
  logarithmOf(sigmoid, step.D, step.up);
  logarithmOf(sigmoid, -step.D, step.down);
  x[a] = step.F * xa + step.complement * xb;
  x[b] = step.complement * xa + step.F * xb;
}

function mix({ up, down, shareInA, shareInB }: Comparison, A: Float64Array, B: Float64Array): void {
  for (let c = 0; c < A.length; c++) {
    const a = A[c]!;
    const b = B[c]!;
    A[c] = logAddExp(up[0]! + a, down[0]! + b);
    B[c] = logAddExp(down[0]! + a, up[0]! + b);
    shareInA[c] = a === -Infinity ? 0 : Math.exp(up[0]! + a - A[c]!);
    shareInB[c] = a === -Infinity ? 0 : Math.exp(down[0]! + a - B[c]!);
  }
}

function logAddExp(a: number, b: number): number {
  const top = Math.max(a, b);
  return top === -Infinity ? top : top + Math.log1p(Math.exp(Math.min(a, b) - top));
}

/** Takes the derivatives of lanes a and b back over a comparator, and adds its own to xBar. */
function unmix(step: Comparison, sigmoid: Sigmoid, A: Float64Array, B: Float64Array, xBar: Float64Array, a: number, b: number): void {
  const { D, F, complement, up, down, shareInA, shareInB } = step;
  step.barA.set(A);
  step.barB.set(B);
  let upBar = 0;
  let downBar = 0;
  for (let c = 0; c < A.length; c++) {
    const ofA = A[c]! * shareInA[c]!;
    const ofB = B[c]! * shareInB[c]!;
    upBar += ofA + B[c]! - ofB;
    downBar += ofB + A[c]! - ofA;
    B[c] = A[c]! - ofA + B[c]! - ofB;
    A[c] = ofA + ofB;
  }
  const first = sigmoid.first(D, F, complement);
  const difference = xBar[a]! - xBar[b]!;
  const DBar = upBar * up[1]! - downBar * down[1]! - difference * D * first;
  step.curvature = upBar * up[2]! + downBar * down[2]! - difference * (D * sigmoid.second(D, F, complement) + 2 * first);
  const xa = F * xBar[a]! + complement * xBar[b]!;
  xBar[b] = complement * xBar[a]! + F * xBar[b]! + DBar;
  xBar[a] = xa - DBar;
}

/** Carries the tangents (channel, score) of lanes a and b over a comparator and adds its second derivatives to H. */
function carry(step: Comparison, sigmoid: Sigmoid, A: Float64Array, B: Float64Array, xA: Float64Array, xB: Float64Array, H: Float64Array): void {
  const { D, F, complement, up, down, shareInA, shareInB, barA, barB } = step;
  const n = xA.length;
  const DDot = xB.map((value, j) => value - xA[j]!);
  addOuter(H, step.curvature, DDot);
  const inA = new Float64Array(n);
  const inB = new Float64Array(n);
  for (let c = 0; c < shareInA.length; c++) {
    for (let j = 0, k = c * n; j < n; j++, k++) {
      const rise = A[k]! - B[k]!;
      inA[j] = rise + (up[1]! + down[1]!) * DDot[j]!;
      inB[j] = rise - (up[1]! + down[1]!) * DDot[j]!;
      const b = B[k]!;
      A[k] = b - down[1]! * DDot[j]! + shareInA[c]! * inA[j]!;
      B[k] = b + up[1]! * DDot[j]! + shareInB[c]! * inB[j]!;
    }
    addOuter(H, barA[c]! * shareInA[c]! * (1 - shareInA[c]!), inA);
    addOuter(H, barB[c]! * shareInB[c]! * (1 - shareInB[c]!), inB);
  }
  const slope = -D * sigmoid.first(D, F, complement);
  for (let j = 0; j < n; j++) {
    const a = xA[j]!;
    const b = xB[j]!;
    xA[j] = F * a + complement * b + slope * DDot[j]!;
    xB[j] = complement * a + F * b - slope * DDot[j]!;
  }
}

/** H += weight v v^T. */
function addOuter(H: Float64Array, weight: number, v: Float64Array): void {
  if (weight === 0) return;
  const n = v.length;
  for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) H[a * n + b]! += weight * v[a]! * v[b]!;
}
