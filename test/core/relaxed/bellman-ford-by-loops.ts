import type { RelaxedBellmanFord } from './bellman-ford-program.js';

/** The soft path of one sample, straight from the definition, with loops over cells and directions. */
export function pathByLoops(settings: RelaxedBellmanFord, cost: ArrayLike<number>): number[] {
  const { rows, columns, loop, beta, iterations, absorbSource } = settings;
  const inside = (i: number, j: number): boolean => i >= 0 && i < rows && j >= 0 && j < columns;
  let d = grid<number>(rows, columns, (i, j) => (i + j === 0 ? 0 : 1e12));
  let pi: number[][][] = [];
  for (let t = 0; t < iterations; t++) {
    const u = (i: number, j: number): number[] =>
      directions.map(([a, b]) => (inside(i + a, j + b) ? d[i + a][j + b] : 1e12));
    pi = grid(rows, columns, (i, j) => softmin(u(i, j).map((x) => beta * x)));
    d = grid(rows, columns, (i, j) => (i + j === 0 ? 0 : inner(pi[i][j], u(i, j)) + cost[i * columns + j]));
  }
  if (absorbSource) pi[0][0] = directions.map(() => 0);

  let trace = grid<number>(rows, columns, (i, j) => Number(i === rows - 1 && j === columns - 1));
  let path = grid(rows, columns, () => 0);
  const step = (): void => {
    path = grid(rows, columns, (i, j) => conorm(settings, path[i][j], trace[i][j]));
    const next = grid(rows, columns, () => 0);
    grid(rows, columns, (i, j) =>
      directions.forEach(([a, b], k) => {
        if (inside(i + a, j + b)) next[i + a][j + b] += trace[i][j] * pi[i][j][k];
      }));
    trace = next;
  };
  const goesOn = (): number => 1 / (1 + Math.exp(-beta * (1 - path[0][0])));

  if (loop === 'for') {
    for (let t = 0; t < iterations; t++) step();
    return path.flat();
  }
  let p = goesOn();
  let exit = path.flat().map((x) => (1 - p) * x);
  for (let t = 0; t < iterations && p > 1e-5; t++) {
    step();
    const next = p * goesOn();
    exit = exit.map((x, v) => x + (p - next) * path.flat()[v]);
    p = next;
  }
  return exit.map((x, v) => x + p * path.flat()[v]);
}

const directions = [[-1, -1], [-1, 0], [-1, 1], [0, -1], [0, 1], [1, -1], [1, 0], [1, 1]] as const;

function grid<T>(rows: number, columns: number, entry: (i: number, j: number) => T): T[][] {
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => entry(i, j)));
}

function conorm({ tConorm, hamacher: p = 1 }: RelaxedBellmanFord, a: number, b: number): number {
  if (tConorm === 'yager') return Math.min(1, a + b);
  if (tConorm === 'probabilistic') return a + b - a * b;
  return (a + b + (p - 2) * a * b) / (1 + (p - 1) * a * b);
}

function softmin(x: readonly number[]): number[] {
  const weights = x.map((entry) => Math.exp(Math.min(...x) - entry));
  const total = weights.reduce((sum, w) => sum + w);
  return weights.map((w) => w / total);
}

function inner(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, k) => sum + x * b[k], 0);
}
