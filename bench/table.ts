import type { Timing } from './measure.js';

/** Prints rows as they come, as a Markdown table with columns of fixed width. */
export function tableOf(columns: Record<string, number>): (...cells: string[]) => void {
  const widths = Object.values(columns);
  const print = (cells: readonly string[]): void =>
    console.log(`| ${widths.map((w, k) => (cells[k] ?? '').padEnd(w)).join(' | ')} |`);
  print(Object.keys(columns));
  print(widths.map((w) => '-'.repeat(w)));
  return (...cells) => print(cells);
}

/** Milliseconds as "median (min)". */
export const ms = (t: Timing | undefined): string => (t ? `${digits(t.median)} (${digits(t.min)})` : '-');

/** How many times longer the other takes, by medians. */
export const ratio = (
  other: Timing | undefined,
  ours: Timing,
): string => (other ? `${digits(other.median / ours.median)}x` : '-');

/** The largest difference, relative to the largest entry expected. */
export function relativeError(found: readonly number[], expected: readonly number[]): number {
  const largest = (entries: readonly number[]): number =>
    entries.reduce((max, entry) => Math.max(max, Math.abs(entry)), 0);
  return largest(expected.map((entry, k) => found[k] - entry)) / largest(expected);
}

function digits(x: number): string {
  return x >= 100 ? x.toFixed(0) : x.toPrecision(3);
}
