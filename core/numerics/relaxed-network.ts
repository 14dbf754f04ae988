import { type Sigmoid } from './sigmoid.js';
import { type SortingNetwork } from './sorting-network.js';

/**
 * A sorting network with relaxed comparators, for one sample at a time in arrays that are used again for the next. Comparator k acts on lanes
 * a = lower[k], b = upper[k] with D = x_b - x_a, alpha = F(D) and 1 - alpha = F(-D):
 *
 *     x_a' = alpha x_a + (1 - alpha) x_b        X_a' = alpha X_a + (1 - alpha) X_b
 *     x_b' = (1 - alpha) x_a + alpha x_b        X_b' = (1 - alpha) X_a + alpha X_b
 *
 * X starts as the identity and ends as the soft permutation, X[lane, item] = P[rank, item]. Item i reaches a lane only through comparators, so
 * rows are walked over the items in reach. Both products are sums of positive terms: small entries keep their relative accuracy.
 */
export interface RelaxedNetwork {
  readonly network: SortingNetwork;
  /** (n) lane values; (n, n) soft permutation, [lane, item]. */
  readonly x: Float64Array;
  readonly X: Float64Array;
  /** Of each comparator: D, alpha, 1 - alpha, F'(D), F''(D). */
  readonly D: Float64Array;
  readonly alpha: Float64Array;
  readonly complement: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** (comparators, n) X_a - X_b before each comparator. */
  readonly difference: Float64Array;
  /** (n), (n, n) derivatives of the loss in x and X; after `reverse`, xBar is the gradient in the scores. */
  readonly xBar: Float64Array;
  readonly XBar: Float64Array;
  /** (comparators, n) XBar_a - XBar_b behind each comparator; the same of x; the derivative in alpha. */
  readonly lambda: Float64Array;
  readonly xLambda: Float64Array;
  readonly alphaBar: Float64Array;
}

export function relaxedNetwork(network: SortingNetwork): RelaxedNetwork {
  const { n } = network;
  const size = network.lower.length;
  const array = (length: number): Float64Array => new Float64Array(length);
  return {
    network,
    x: array(n),
    X: array(n * n),
    D: array(size),
    alpha: array(size),
    complement: array(size),
    first: array(size),
    second: array(size),
    difference: array(size * n),
    xBar: array(n),
    XBar: array(n * n),
    lambda: array(size * n),
    xLambda: array(size),
    alphaBar: array(size),
  };
}

/** Runs the n scores at y[offset ...] through the network. */
export function forward(net: RelaxedNetwork, sigmoid: Sigmoid, y: Float64Array, offset: number): void {
  const { network, x, X, D, alpha, complement, difference } = net;
  const { n, lower, upper, from, to } = network;
  X.fill(0);
  for (let lane = 0; lane < n; lane++) {
    x[lane] = y[offset + lane]!;
    X[lane * n + lane] = 1;
  }
  for (let k = 0; k < lower.length; k++) {
    const a = lower[k]!;
    const b = upper[k]!;
    const xa = x[a]!;
    const xb = x[b]!;
    const d = xb - xa;
    const f = sigmoid.F(d);
    const c = sigmoid.F(-d);
    D[k] = d;
    alpha[k] = f;
    complement[k] = c;
    x[a] = f * xa + c * xb;
    x[b] = c * xa + f * xb;
    mixRows(X, a * n, b * n, f, c, from[k]!, to[k]!, difference, k * n);
  }
}

/** Rows at oa and ob become f A + c B and c A + f B; A - B before that goes to `difference`. */
function mixRows(X: Float64Array, oa: number, ob: number, f: number, c: number, from: number, to: number, difference: Float64Array, o: number): void {
  for (let i = from; i < to; i++) {
    const A = X[oa + i]!;
    const B = X[ob + i]!;
    difference[o + i] = A - B;
    X[oa + i] = f * A + c * B;
    X[ob + i] = c * A + f * B;
  }
}

/** From XBar = d loss / d X at the end, which it uses up, to xBar = d loss / d scores. */
export function reverse(net: RelaxedNetwork, sigmoid: Sigmoid): void {
  const { network, D, alpha, complement, first, difference, xBar, XBar, lambda, xLambda, alphaBar } = net;
  const { n, lower, upper, from, to } = network;
  xBar.fill(0);
  for (let k = lower.length - 1; k >= 0; k--) {
    const a = lower[k]!;
    const b = upper[k]!;
    const f = alpha[k]!;
    const c = complement[k]!;
    const xa = xBar[a]!;
    const xb = xBar[b]!;
    mixRows(XBar, a * n, b * n, f, c, from[k]!, to[k]!, lambda, k * n);
    let bar = -(xa - xb) * D[k]!;
    for (let i = k * n + from[k]!; i < k * n + to[k]!; i++) bar += lambda[i]! * difference[i]!;
    first[k] = sigmoid.first(D[k]!, f, c);
    xLambda[k] = xa - xb;
    alphaBar[k] = bar;
    xBar[a] = f * xa + c * xb - first[k]! * bar;
    xBar[b] = c * xa + f * xb + first[k]! * bar;
  }
}
