import { expect } from 'chai';
import { minimumDegree } from '../../../core/convex/linear-algebra/minimum-degree.js';
import type { SymmetricPattern } from '../../../core/convex/linear-algebra/sparse.js';
import { twinsOf } from '../../../core/convex/linear-algebra/twins.js';
import { createRng } from '../../../core/random/rng.js';

function patternOf(size: number, edges: readonly (readonly [number, number])[]): SymmetricPattern {
  return { size, row: Int32Array.from(edges, ([i]) => i), col: Int32Array.from(edges, ([, j]) => j) };
}

/** The neighbours of each vertex, without v itself. */
function neighboursOf({ size, row, col }: SymmetricPattern): Set<number>[] {
  const neighbours = Array.from({ length: size }, () => new Set<number>());
  row.forEach((i, k) => {
    if (i === col[k]) return;
    neighbours[i].add(col[k]);
    neighbours[col[k]].add(i);
  });
  return neighbours;
}

describe('twins', () => {
  it('are vertices with the same neighbours, adjacent or not', () => {
    // 0 and 1 both see 2 and 3, which see one another; 4 sees 3 alone; 5 and 6 see one another alone.
    const edges = [[0, 2], [2, 1], [0, 3], [3, 1], [3, 2], [3, 4], [6, 5], [5, 6], [4, 4]] as const;
    const { first, count, graph } = twinsOf(patternOf(7, edges));
    expect(Array.from(first)).to.deep.equal([0, 0, 2, 3, 4, 5, 5]);
    expect(Array.from(count)).to.deep.equal([2, 0, 1, 1, 1, 2, 0]);
    expect(Array.from(graph.index.subarray(graph.start[3], graph.start[4]))).to.deep.equal([0, 1, 2, 4]);
  });

  it('are those that a comparison of all pairs finds, in random graphs', () => {
    const rng = createRng(5);
    for (let trial = 0; trial < 100; trial++) {
      const size = 2 + Math.floor(rng.uniform() * 9);
      const share = rng.uniform();
      const edges: [number, number][] = [];
      for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) if (rng.uniform() < share) edges.push([i, j]);
      const pattern = patternOf(size, edges);
      const neighbours = neighboursOf(pattern);
      const same = (u: number, v: number): boolean =>
        [...neighbours[u]].filter((w) => w !== v).sort().join() ===
          [...neighbours[v]].filter((w) => w !== u).sort().join();
      const expected = Array.from({ length: size }, (_, v) => neighbours.findIndex((_set, u) => same(u, v)));
      expect(Array.from(twinsOf(pattern).first), `trial ${trial}`).to.deep.equal(expected);
      expect(Array.from(minimumDegree(pattern)).sort((a, b) => a - b)).to.deep.equal(Array.from(neighbours.keys()));
    }
  });
});
