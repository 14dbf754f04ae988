/**
 * A loss on a matrix of softmax rows, P[r, c] = exp(L[r, c]) / sum_c exp(L[r, c]), against a target T whose rows sum to 1.
 * Row r has its largest entry, its peak, at column r. All matrices are n x n, row-major.
 */
export interface SoftmaxRows {
  readonly n: number;
  readonly P: Float64Array;
  /** (n) 1 - P[r, r], computed without cancellation; may underflow to 0. */
  readonly rest: Float64Array;
  readonly T: Float64Array;
  /** L[r, c] - L[r, r], for entries too small to be read off P. */
  logit(r: number, c: number): number;
}

/**
 * The Hessian of each row in its logits, as diagonal plus low rank:
 *
 *     d^2 value / d L[r, :]^2 = diag(d) + p w^T + w p^T + gamma q q^T        p = P[r, :],  d, w, q rows of n x n matrices
 */
export interface RowFactors {
  readonly d: Float64Array;
  readonly w: Float64Array;
  readonly q: Float64Array;
  /** (n); 0 where the row has no third term (q is then not set). */
  readonly gamma: Float64Array;
}

export function rowFactors(n: number): RowFactors {
  const square = (): Float64Array => new Float64Array(n * n);
  return { d: square(), w: square(), q: square(), gamma: new Float64Array(n) };
}

export interface RowCrossEntropy {
  /** The value; G[r, c] = d value / d L[r, c]. */
  gradient(rows: SoftmaxRows, G: Float64Array): number;
  hessian(rows: SoftmaxRows, factors: RowFactors): void;
}

/** Below this an entry of P is taken from its logit: products of two such entries would underflow. */
export const TINY = 1e-140;

/** log P[r, c], also where P underflows. */
export function logP({ n, P, rest, logit }: SoftmaxRows, r: number, c: number): number {
  if (c === r) return Math.log1p(-rest[r]!);
  const p = P[r * n + c]!;
  return p > TINY ? Math.log(p) : logit(r, c) + Math.log1p(-rest[r]!);
}

/** log(1 - P[r, r]), also where the peak rounds to 1. */
export function logRest(rows: SoftmaxRows, r: number): number {
  const rest = rows.rest[r]!;
  if (rest > TINY) return Math.log(rest);
  const top = nextLogit(rows, r);
  let sum = 0;
  for (let c = 0; c < rows.n; c++) if (c !== r) sum += Math.exp(rows.logit(r, c) - top);
  return top + Math.log(sum);
}

/** q = the softmax of row r without its peak: P[r, c] / (1 - P[r, r]), 0 at c = r; also where P underflows. */
export function conditionalRow(rows: SoftmaxRows, r: number, q: Float64Array): void {
  const { n, P } = rows;
  const o = r * n;
  const rest = rows.rest[r]!;
  if (rest > TINY) {
    for (let c = 0; c < n; c++) q[o + c] = P[o + c]! / rest;
  } else {
    const top = nextLogit(rows, r);
    let sum = 0;
    for (let c = 0; c < n; c++) if (c !== r) sum += q[o + c] = Math.exp(rows.logit(r, c) - top);
    for (let c = 0; c < n; c++) q[o + c]! /= sum;
  }
  q[o + r] = 0;
}

function nextLogit({ n, logit }: SoftmaxRows, r: number): number {
  let top = -Infinity;
  for (let c = 0; c < n; c++) if (c !== r) top = Math.max(top, logit(r, c));
  return top;
}
