import type { SymmetricPattern } from './sparse.js';

/** The neighbours of vertex v are `index[k]`, ascending, for k from `start[v]` below `start[v + 1]`. */
export interface Graph {
  readonly start: Int32Array;
  readonly index: Int32Array;
}

/** Vertices that have the same neighbours, beside one another, as one: the first of them stands for all. */
export interface Twins {
  /** The vertex that stands for each. */
  readonly first: Int32Array;
  /** How many each stands for: 0 if another does for it. */
  readonly count: Int32Array;
  readonly graph: Graph;
}

/**
 * The twins of a symmetric matrix: rows and columns with the same pattern off the diagonal, as those of dense blocks
 * are.
 */
export function twinsOf(pattern: SymmetricPattern): Twins {
  const graph = graphOf(pattern);
  const { size } = pattern;
  const first = new Int32Array(size);
  const count = new Int32Array(size);
  const byHash = new Map<number, number[]>();
  for (let v = 0; v < size; v++) {
    const hash = hashOf(graph, v);
    const [apart, adjacent] = [byHash.get(hash), byHash.get((hash + mixed(v)) | 0)];
    const isTwin = (u: number): boolean => sameNeighbours(graph, u, v);
    const twin = apart?.find(isTwin) ?? adjacent?.find(isTwin);
    first[v] = twin ?? v;
    count[first[v]]++;
    if (twin !== undefined) continue;
    for (const key of [hash, (hash + mixed(v)) | 0]) {
      const known = byHash.get(key);
      if (known) known.push(v);
      else byHash.set(key, [v]);
    }
  }
  return { first, count, graph };
}

/** Both directions of each entry off the diagonal, once. */
function graphOf({ size, row, col }: SymmetricPattern): Graph {
  const begin = new Int32Array(size + 1);
  for (let k = 0; k < row.length; k++) {
    if (row[k] === col[k]) continue;
    begin[row[k] + 1]++;
    begin[col[k] + 1]++;
  }
  for (let v = 0; v < size; v++) begin[v + 1] += begin[v];
  const unsorted = new Int32Array(begin[size]);
  const next = begin.slice();
  for (let k = 0; k < row.length; k++) {
    if (row[k] === col[k]) continue;
    unsorted[next[row[k]]++] = col[k];
    unsorted[next[col[k]]++] = row[k];
  }
  return sorted(size, begin, unsorted);
}

/** The graph with ascending neighbours, repeated ones left out: v goes to the lists of its neighbours, v ascending. */
function sorted(size: number, begin: Int32Array, unsorted: Int32Array): Graph {
  const index = new Int32Array(unsorted.length);
  const next = begin.slice();
  for (let v = 0; v < size; v++) {
    for (let k = begin[v]; k < begin[v + 1]; k++) {
      const u = unsorted[k];
      if (next[u] === begin[u] || index[next[u] - 1] !== v) index[next[u]++] = v;
    }
  }
  const start = new Int32Array(size + 1);
  for (let v = 0; v < size; v++) {
    start[v + 1] = start[v] + next[v] - begin[v];
    index.copyWithin(start[v], begin[v], next[v]);
  }
  return { start, index: index.subarray(0, start[size]) };
}

/** Of the set of neighbours: their order does not count. */
function hashOf({ start, index }: Graph, v: number): number {
  let hash = 0;
  for (let k = start[v]; k < start[v + 1]; k++) hash = (hash + mixed(index[k])) | 0;
  return hash;
}

function mixed(v: number): number {
  const once = Math.imul(v + 1, 0x9e3779b1);
  return Math.imul(once ^ (once >>> 15), 0x85ebca6b);
}

/** Have u and v the same neighbours, one another left out? */
function sameNeighbours({ start, index }: Graph, u: number, v: number): boolean {
  let [a, b] = [start[u], start[v]];
  if (start[u + 1] - a !== start[v + 1] - b) return false;
  for (;;) {
    if (index[a] === v && a < start[u + 1]) a++;
    if (index[b] === u && b < start[v + 1]) b++;
    if (a >= start[u + 1] || b >= start[v + 1]) return a >= start[u + 1] && b >= start[v + 1];
    if (index[a++] !== index[b++]) return false;
  }
}
