/**
 * A sorting network: comparators in the order they act. Comparator k leaves the smaller of its two values at lane
 * lower[k] and the larger at lane upper[k]; after the last one the lanes ascend.
 */
export interface SortingNetwork {
  readonly n: number;
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  /** Inputs that the two lanes of comparator k can hold lie in [from[k], to[k]). */
  readonly from: Int32Array;
  readonly to: Int32Array;
}

export type NetworkName = 'odd-even' | 'bitonic';

/** The network of that name for n >= 2 lanes; built once. */
export function sortingNetwork(name: NetworkName, n: number): SortingNetwork {
  const key = `${name}/${n}`;
  let network = built.get(key);
  if (!network) built.set(key, network = build(name, n));
  return network;
}

const built = new Map<string, SortingNetwork>();

function build(name: NetworkName, n: number): SortingNetwork {
  const size = comparatorCount(name, n);
  const lower = new Int32Array(size);
  const upper = new Int32Array(size);
  let k = 0;
  const add = (a: number, b: number): void => {
    lower[k] = a;
    upper[k] = b;
    k++;
  };
  if (name === 'odd-even') oddEven(n, add);
  else bitonic(n, add);
  return { n, lower, upper, ...ranges(n, lower, upper) };
}

/** How many comparators the network of that name has. */
export function comparatorCount(name: NetworkName, n: number): number {
  if (name === 'odd-even') return (n * (n - 1)) / 2;
  const blocks = Math.ceil(Math.log2(n));
  const left = 2 ** blocks - n;
  let count = 0;
  for (let bit = 0; bit < blocks; bit++) {
    const distance = 2 ** bit;
    const leftOut = Math.floor(left / (2 * distance)) * distance + Math.min(left % (2 * distance), distance);
    count += (blocks - bit) * (2 ** (blocks - 1) - leftOut);
  }
  return count;
}

/** Lanes that stay in a cache while comparators of many layers act on them. */
const BAND = 16;

/**
 * Odd-even transposition sort: n layers of neighbours. Knuth, The Art of Computer Programming 3, 5.3.4. In bands across
 * the layers that move a lane down with each: what a comparator waits for is before it or in an earlier band.
 */
function oddEven(n: number, add: (a: number, b: number) => void): void {
  for (let band = 0; band < 2 * n - 1; band += BAND) {
    for (let layer = 0; layer < n; layer++) {
      const begin = Math.max(0, band - layer);
      const end = Math.min(n - 1, band + BAND - layer);
      for (let lane = begin + ((begin + layer) % 2); lane < end; lane += 2) add(lane, lane + 1);
    }
  }
}

/**
 * Bitonic sort, b (b + 1) / 2 layers for n = 2^b lanes. Batcher, Sorting Networks and Their Applications, 1968. For
 * other n the first lanes of the next power of two are left out with their comparators. All that acts within one half
 * of the lanes comes before what acts within the other.
 */
function bitonic(n: number, add: (a: number, b: number) => void): void {
  const size = 2 ** Math.ceil(Math.log2(n));
  const left = size - n;
  const merge = (first: number, count: number, descending: boolean): void => {
    const half = count / 2;
    if (half < 1) return;
    for (let lane = Math.max(first, left); lane < first + half; lane++) {
      const [a, b] = [lane - left, lane + half - left];
      if (descending) add(b, a);
      else add(a, b);
    }
    merge(first, half, descending);
    merge(first + half, half, descending);
  };
  const sort = (first: number, count: number): void => {
    if (count < 2) return;
    sort(first, count / 2);
    sort(first + count / 2, count / 2);
    merge(first, count, (first / count) % 2 === 1);
  };
  sort(0, size);
}

function ranges(n: number, lower: Int32Array, upper: Int32Array): Pick<SortingNetwork, 'from' | 'to'> {
  const laneFrom = Int32Array.from({ length: n }, (_, lane) => lane);
  const laneTo = laneFrom.map((lane) => lane + 1);
  const from = new Int32Array(lower.length);
  const to = new Int32Array(lower.length);
  for (let k = 0; k < lower.length; k++) {
    const [a, b] = [lower[k], upper[k]];
    from[k] = laneFrom[a] = laneFrom[b] = Math.min(laneFrom[a], laneFrom[b]);
    to[k] = laneTo[a] = laneTo[b] = Math.max(laneTo[a], laneTo[b]);
  }
  return { from, to };
}
