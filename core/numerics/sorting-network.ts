/**
 * A sorting network: comparators in the order they act. Comparator k leaves the smaller of its two values at lane lower[k] and the
 * larger at lane upper[k]; after the last one the lanes ascend.
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
  if (!network) built.set(key, (network = withRanges(n, name === 'odd-even' ? oddEven(n) : bitonic(n))));
  return network;
}

const built = new Map<string, SortingNetwork>();

type Comparator = readonly [lower: number, upper: number];

/** Odd-even transposition sort: n layers of neighbours, n (n - 1) / 2 comparators. Knuth, The Art of Computer Programming 3, 5.3.4. */
function oddEven(n: number): Comparator[] {
  const comparators: Comparator[] = [];
  for (let layer = 0; layer < n; layer++) {
    for (let lane = layer % 2; lane + 1 < n; lane += 2) comparators.push([lane, lane + 1]);
  }
  return comparators;
}

/**
 * Bitonic sort, b (b + 1) / 2 layers for n = 2^b lanes. Batcher, Sorting Networks and Their Applications, 1968. For other n the first
 * lanes of the next power of two are left out with their comparators.
 */
function bitonic(n: number): Comparator[] {
  const blocks = Math.ceil(Math.log2(n));
  const left = 2 ** blocks - n;
  const comparators: Comparator[] = [];
  for (let block = 0; block < blocks; block++) {
    for (let distance = 2 ** block; distance >= 1; distance /= 2) {
      for (let lane = 0; lane < 2 ** blocks; lane++) {
        if (lane & distance || lane < left) continue;
        const descending = (lane >> (block + 1)) & 1;
        const pair: Comparator = [lane - left, lane + distance - left];
        comparators.push(descending ? [pair[1], pair[0]] : pair);
      }
    }
  }
  return comparators;
}

function withRanges(n: number, comparators: readonly Comparator[]): SortingNetwork {
  const laneFrom = Int32Array.from({ length: n }, (_, lane) => lane);
  const laneTo = laneFrom.map((lane) => lane + 1);
  const from = new Int32Array(comparators.length);
  const to = new Int32Array(comparators.length);
  comparators.forEach(([a, b], k) => {
    from[k] = laneFrom[a] = laneFrom[b] = Math.min(laneFrom[a]!, laneFrom[b]!);
    to[k] = laneTo[a] = laneTo[b] = Math.max(laneTo[a]!, laneTo[b]!);
  });
  return { n, lower: Int32Array.from(comparators, ([a]) => a), upper: Int32Array.from(comparators, ([, b]) => b), from, to };
}
