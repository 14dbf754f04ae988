import type { SymmetricPattern } from './sparse.js';
import { type Twins, twinsOf } from './twins.js';

/**
 * A fill-reducing order of a symmetric matrix: row and column `order[k]` is eliminated k-th. The vertex
 * of least degree goes first, the lowest number among equals; its neighbours become a clique, which is kept as one
 * element (quotient graph) instead of its edges. Vertices with the same neighbours are eliminated together, without
 * which dense blocks would take the third power of their size. George and Liu, The evolution of the minimum degree
 * ordering algorithm, SIAM Review 31 (1989).
 */
export function minimumDegree(pattern: SymmetricPattern): Int32Array {
  const twins = twinsOf(pattern);
  const graph = quotientGraph(twins);
  const position = new Int32Array(pattern.size);
  const queue = new DegreeBuckets(pattern.size);
  let left = 0;
  twins.count.forEach((count, v) => {
    if (count === 0) return;
    queue.add(v, graph.degree(v));
    left++;
  });
  for (let done = 0; left > 0; left--) {
    const v = queue.takeLeast();
    position[v] = done;
    done += twins.count[v];
    for (const u of graph.eliminate(v)) queue.move(u, graph.degree(u));
  }
  return expanded(position, twins);
}

/**
 * The order in which each vertex follows the one that stands for it, `position` being where the place of that begins.
 */
function expanded(position: Int32Array, { first }: Twins): Int32Array {
  const order = new Int32Array(first.length);
  first.forEach((stands, v) => (order[position[stands]++] = v));
  return order;
}

interface QuotientGraph {
  /** Makes one element of v and all elements it touches; returns the vertices of that element. */
  eliminate(v: number): readonly number[];
  /** How many vertices it would make a clique of. */
  degree(v: number): number;
}

function quotientGraph({ first, count, graph: { start, index } }: Twins): QuotientGraph {
  const size = first.length;
  const neighbours = Array.from({ length: size }, () => new Set<number>());
  const elements = Array.from({ length: size }, () => new Set<number>());
  const members: number[][] = [];
  const seen = new Int32Array(size).fill(-1);
  /** How many of its twins a vertex is adjacent to: all or none, and all once they are in an element. */
  const ownDegree = new Int32Array(size);
  let stamp = 0;
  for (let v = 0; v < size; v++) {
    if (count[v] === 0) continue;
    for (let k = start[v]; k < start[v + 1]; k++) {
      if (first[index[k]] === v) ownDegree[v]++;
      else neighbours[v].add(first[index[k]]);
    }
  }
  const collect = (v: number, use: (u: number) => void): void => {
    seen[v] = ++stamp;
    const visit = (u: number): void => {
      if (seen[u] === stamp) return;
      seen[u] = stamp;
      use(u);
    };
    neighbours[v].forEach(visit);
    for (const e of elements[v]) members[e].forEach(visit);
  };
  return {
    degree(v) {
      let degree = ownDegree[v];
      collect(v, (u) => (degree += count[u]));
      return degree;
    },
    eliminate(v) {
      const clique: number[] = [];
      collect(v, (u) => clique.push(u));
      const absorbed = elements[v];
      members[v] = clique;
      const inClique = new Set(clique);
      for (const u of clique) {
        ownDegree[u] = count[u] - 1;
        neighbours[u].delete(v);
        for (const w of neighbours[u]) if (inClique.has(w)) neighbours[u].delete(w);
        for (const e of absorbed) elements[u].delete(e);
        elements[u].add(v);
      }
      for (const e of absorbed) members[e] = [];
      return clique;
    },
  };
}

/** Vertices by degree; the lowest number among those of the least degree comes first. */
class DegreeBuckets {
  private readonly buckets: Set<number>[] = [];
  private readonly of: Int32Array;
  private least = 0;

  constructor(size: number) {
    this.of = new Int32Array(size);
  }

  add(v: number, degree: number): void {
    this.of[v] = degree;
    this.bucket(degree).add(v);
  }

  takeLeast(): number {
    while (this.bucket(this.least).size === 0) this.least++;
    const bucket = this.bucket(this.least);
    let v = -1;
    for (const u of bucket) if (v < 0 || u < v) v = u;
    bucket.delete(v);
    return v;
  }

  move(v: number, degree: number): void {
    this.bucket(this.of[v]).delete(v);
    this.add(v, degree);
    this.least = Math.min(this.least, degree);
  }

  private bucket(degree: number): Set<number> {
    return (this.buckets[degree] ??= new Set());
  }
}
