import type { SymmetricPattern } from './sparse-ldl.js';

/**
 * A fill-reducing order of a symmetric matrix: row and column `order[k]` is eliminated k-th. The vertex
 * of least degree goes first, the lowest number among equals; its neighbours become a clique, which is kept as one
 * element (quotient graph) instead of its edges. George and Liu, The evolution of the minimum degree ordering
 * algorithm, SIAM Review 31 (1989).
 */
export function minimumDegree(pattern: SymmetricPattern): Int32Array {
  const { size } = pattern;
  const graph = quotientGraph(pattern);
  const order = new Int32Array(size);
  const queue = new DegreeBuckets(graph.neighbours.map((set) => set.size));
  for (let k = 0; k < size; k++) {
    const v = queue.takeLeast();
    order[k] = v;
    for (const u of graph.eliminate(v)) queue.move(u, graph.degree(u));
  }
  return order;
}

interface QuotientGraph {
  readonly neighbours: readonly Set<number>[];
  /** Makes one element of v and all elements it touches; returns the vertices of that element. */
  eliminate(v: number): readonly number[];
  degree(v: number): number;
}

function quotientGraph({ size, row, col }: SymmetricPattern): QuotientGraph {
  const neighbours = Array.from({ length: size }, () => new Set<number>());
  const elements = Array.from({ length: size }, () => new Set<number>());
  const members: number[][] = [];
  const seen = new Int32Array(size).fill(-1);
  let stamp = 0;
  for (let k = 0; k < row.length; k++) {
    if (row[k] === col[k]) continue;
    neighbours[row[k]].add(col[k]);
    neighbours[col[k]].add(row[k]);
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
    neighbours,
    degree(v) {
      let count = 0;
      collect(v, () => count++);
      return count;
    },
    eliminate(v) {
      const clique: number[] = [];
      collect(v, (u) => clique.push(u));
      const absorbed = elements[v];
      members[v] = clique;
      const inClique = new Set(clique);
      for (const u of clique) {
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

  constructor(degrees: readonly number[]) {
    this.of = Int32Array.from(degrees);
    degrees.forEach((degree, v) => this.bucket(degree).add(v));
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
    this.of[v] = degree;
    this.bucket(degree).add(v);
    this.least = Math.min(this.least, degree);
  }

  private bucket(degree: number): Set<number> {
    return (this.buckets[degree] ??= new Set());
  }
}
