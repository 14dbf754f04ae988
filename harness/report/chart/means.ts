import { mean, standardDeviation } from '../../statistics/moments.js';
import { studentQuantile } from '../../statistics/student.js';
import type { BandPoint, Point } from './draw.js';

/** Times at which runs are compared: as many, evenly from 0 to the longest. */
const TIMES = 200;

/**
 * Means of lines at the x that all of them have, and 95% intervals of these, Student's, from two lines on: what a figure
 * of accuracy over steps has, a line a seed.
 */
export function meanLine(lines: readonly (readonly Point[])[]): BandPoint[] {
  const columns = new Map<number, number[]>();
  for (const { x, y } of lines.flat()) columns.set(x, [...(columns.get(x) ?? []), y]);
  return [...columns].filter(([, ys]) => ys.length === lines.length).map(([x, ys]) => ({ x, ...interval(ys) }))
    .sort((a, b) => a.x - b.x);
}

/**
 * Lines over time at the times of one grid, which ends where the longest of `all` does: between the two points beside it
 * a line is straight; before its first and after its last it has none.
 */
export function onCommonTimes(lines: readonly (readonly Point[])[], all: readonly (readonly Point[])[]): Point[][] {
  const end = all.flat().reduce((most, { x }) => Math.max(most, x), 0);
  const times = Array.from({ length: TIMES + 1 }, (_, k) => (k * end) / TIMES);
  return lines.map((line) => resampled(line, times));
}

function resampled(line: readonly Point[], times: readonly number[]): Point[] {
  let next = 0;
  return times.flatMap((x) => {
    while (next < line.length && line[next].x < x) next++;
    const [before, after] = [line[next - 1], line[next]] as (Point | undefined)[];
    if (after?.x === x) return [after];
    if (!before || !after) return [];
    return [{ x, y: before.y + ((x - before.x) / (after.x - before.x)) * (after.y - before.y) }];
  });
}

function interval(ys: readonly number[]): Omit<BandPoint, 'x'> {
  const n = ys.length;
  const y = mean(ys);
  const half = n < 2 ? 0 : (studentQuantile(0.975, n - 1) * standardDeviation(ys)!) / Math.sqrt(n);
  return { y, low: y - half, high: y + half };
}
