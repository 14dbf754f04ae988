import { expect } from 'chai';
import { checkedAlgorithm } from '../../../core/algorithms/checked-algorithm.js';
import plugin, { type GridShortestPathParams } from '../../../core/algorithms/grid-shortest-path.js';
import { createRng } from '../../../core/random/rng.js';
import { codeOf } from '../../harness/helpers.js';

type Params = Partial<GridShortestPathParams>;
interface Path {
  readonly cost: number;
  readonly cells: Float64Array;
}

function solve(params: Params, costs: ArrayLike<number>): Path {
  const cells = new Float64Array(costs.length);
  return { cost: checkedAlgorithm(plugin, params).solve(Float64Array.from(costs), cells), cells };
}

/** The picture of a grid's path: # on it, . off it. */
function picture({ cells }: Path, columns: number): string[] {
  const marks = Array.from(cells, (on) => (on === 1 ? '#' : '.')).join('');
  return marks.match(new RegExp(`.{${columns}}`, 'g'))!;
}

function neighboursOf(v: number, rows: number, columns: number, neighbours: number): number[] {
  const all = Array.from({ length: rows * columns }, (_, u) => u);
  const [r, c] = [Math.floor(v / columns), v % columns];
  return all.filter((u) => {
    const [down, right] = [Math.abs(Math.floor(u / columns) - r), Math.abs((u % columns) - c)];
    return neighbours === 8 ? Math.max(down, right) === 1 : down + right === 1;
  });
}

/** The least cost over all simple paths, by looking at each. */
function cheapest(
  costs: ArrayLike<number>,
  rows: number,
  columns: number,
  neighbours: number,
  source: number,
  target: number,
): number {
  const walk = (v: number, visited: ReadonlySet<number>): number => {
    if (v === target) return costs[v];
    const next = neighboursOf(v, rows, columns, neighbours).filter((u) => !visited.has(u));
    return costs[v] + Math.min(Infinity, ...next.map((u) => walk(u, new Set([...visited, u]))));
  };
  return walk(source, new Set([source]));
}

/**
 * Dijkstra's algorithm as the documentation states it, with nothing else: the cell of least (distance, index) is looked
 * for in all.
 */
function stated(
  costs: Float64Array,
  rows: number,
  columns: number,
  neighbours: number,
  source: number,
  target: number,
): Path {
  const m = rows * columns;
  const distance = new Float64Array(m).fill(Infinity);
  const predecessor = new Int32Array(m).fill(-1);
  const waiting = new Set(Array.from({ length: m }, (_, v) => v));
  distance[source] = costs[source];
  while (waiting.size > 0) {
    const u = [...waiting].reduce((best, v) => (distance[v] < distance[best] ? v : best)); // sets keep the order of indices
    waiting.delete(u);
    for (const v of neighboursOf(u, rows, columns, neighbours)) {
      if (!waiting.has(v) || distance[u] + costs[v] >= distance[v]) continue;
      distance[v] = distance[u] + costs[v];
      predecessor[v] = u;
    }
  }
  const cells = new Float64Array(m);
  for (let v = target; v !== -1; v = predecessor[v]) cells[v] = 1;
  return { cost: distance[target], cells };
}

describe('grid-shortest-path', () => {
  const rng = createRng(3);
  const random = (length: number, draw: () => number): Float64Array => Float64Array.from({ length }, draw);

  it('finds the path by hand', () => {
    const costs = [1, 9, 9, 9, 9, 1, 1, 9, 1, 9, 9, 1];
    const diagonal = solve({ rows: 3, columns: 4 }, costs);
    expect(picture(diagonal, 4)).to.deep.equal(['#...', '.##.', '...#']);
    expect(diagonal.cost).to.equal(4);
    const straight = solve({ rows: 3, columns: 4, neighbours: 4 }, costs);
    expect(straight.cost).to.equal(1 + 9 + 1 + 1 + 9 + 1);
  });

  it('is as cheap as the cheapest of all paths', () => {
    for (const [rows, columns] of [[3, 3], [2, 5], [4, 2], [1, 4], [3, 1]] as const) {
      for (const neighbours of [4, 8] as const) {
        for (let trial = 0; trial < 4; trial++) {
          const m = rows * columns;
          const [s, t] = [rng.integer(m), rng.integer(m)];
          const costs = random(m, () => rng.uniform());
          const cellOf = (v: number): number[] => [Math.floor(v / columns), v % columns];
          const { cost } = solve({ rows, columns, neighbours, source: cellOf(s), target: cellOf(t) }, costs);
          expect(cost).to.be.closeTo(cheapest(costs, rows, columns, neighbours, s, t), 1e-12);
        }
      }
    }
  });

  const draws = {
    'distinct costs': () => 0.8 + 9 * rng.uniform(),
    'the five costs of the Warcraft terrain': () => [0.8, 1.2, 5.3, 7.7, 9.2][rng.integer(5)],
    'ties and zeros': () => rng.integer(3),
    'zeros only': () => 0,
    'costs of all sizes': () => 10 ** (300 * rng.uniform()),
  };
  for (const [title, draw] of Object.entries(draws)) {
    it(`takes the path that the stated rule takes: ${title}`, () => {
      for (const [rows, columns] of [[7, 7], [5, 9], [9, 2], [1, 6], [6, 1], [12, 12]] as const) {
        for (const neighbours of [4, 8] as const) {
          const costs = random(rows * columns, draw);
          expect(solve({ rows, columns, neighbours }, costs)).to.deep.equal(
            stated(costs, rows, columns, neighbours, 0, rows * columns - 1),
          );
        }
      }
    });
  }

  it('has a path of one cell where source and target are the same', () => {
    expect(solve({ rows: 1, columns: 1 }, [3])).to.deep.equal({ cost: 3, cells: Float64Array.of(1) });
    const middle = solve({ rows: 3, columns: 3, source: [1, 1], target: [-2, -2] }, [1, 1, 1, 1, 5, 1, 1, 1, 1]);
    expect(picture(middle, 3)).to.deep.equal(['...', '.#.', '...']);
    expect(middle.cost).to.equal(5);
  });

  it('takes the only path of a grid of one row or column', () => {
    expect(picture(solve({ rows: 1, columns: 5 }, [1, 2, 3, 4, 5]), 5)).to.deep.equal(['#####']);
    expect(picture(solve({ rows: 5, columns: 1, source: [3, 0], target: [1, 0] }, [1, 2, 3, 4, 5]), 1)).to.deep.equal([
      '.',
      '#',
      '#',
      '#',
      '.',
    ]);
  });

  it('ends at a target that is not a corner', () => {
    const params: Params = { rows: 4, columns: 4, source: [-1, 0], target: [0, 2], neighbours: 4 };
    expect(picture(solve(params, [9, 1, 1, 9, 1, 1, 9, 9, 1, 9, 9, 9, 1, 9, 9, 9]), 4)).to.deep.equal([
      '.##.',
      '##..',
      '#...',
      '#...',
    ]);
  });

  it('finds a path where distances overflow', () => {
    const { cost, cells } = solve({ rows: 3, columns: 3 }, new Float64Array(9).fill(1.7e308));
    expect(cost).to.equal(Infinity);
    expect([cells[0], cells[8]]).to.deep.equal([1, 1]);
  });

  it('takes negative costs as 0, or refuses them', () => {
    const costs = [1, -4, 2, 3, 8, -0.5, 5, 1, 1];
    expect(solve({ rows: 3, columns: 3 }, costs)).to.deep.equal(
      solve({ rows: 3, columns: 3 }, costs.map((c) => Math.max(0, c))),
    );
    expect(codeOf(() => solve({ rows: 3, columns: 3, negative: 'error' }, costs))).to.equal('UNSUPPORTED');
    const positive = costs.map(Math.abs);
    expect(solve({ rows: 3, columns: 3, negative: 'error' }, positive)).to.deep.equal(
      solve({ rows: 3, columns: 3 }, positive),
    );
  });

  it('refuses ends outside the grid and other wrong parameters', () => {
    const wrong: object[] = [
      { source: [3, 0] },
      { target: [0, -4] },
      { source: [0] },
      { source: [0.5, 0] },
      { neighbours: 6 },
      { rows: 0 },
      { negative: 'skip' },
    ];
    for (const params of wrong) {
      expect(codeOf(() => checkedAlgorithm(plugin, { rows: 3, columns: 3, ...params })), JSON.stringify(params)).to
        .equal('PARAMS');
    }
  });
});
