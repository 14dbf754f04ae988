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

/** Odd-even transposition sort: n layers of neighbours. Knuth, The Art of Computer Programming 3, 5.3.4. */
function oddEven(n: number, add: (a: number, b: number) => void): void {
  for (let layer = 0; layer < n; layer++) {
    for (let lane = layer % 2; lane + 1 < n; lane += 2) add(lane, lane + 1);
  }
}

/**
 * Bitonic sort, b (b + 1) / 2 layers for n = 2^b lanes. Batcher, Sorting Networks and Their Applications, 1968. For
 * other n the first lanes of the next power of two are left out with their comparators.
 */
function bitonic(n: number, add: (a: number, b: number) => void): void {
  const blocks = Math.ceil(Math.log2(n));
  const left = 2 ** blocks - n;
  for (let block = 0; block < blocks; block++) {
    for (let distance = 2 ** block; distance >= 1; distance /= 2) {
      for (let lane = left; lane < 2 ** blocks; lane++) {
        if (lane & distance) continue;
        const [a, b] = [lane - left, lane + distance - left];
        if ((lane >> (block + 1)) & 1) add(b, a);
        else add(a, b);
      }
    }
  }
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
