import { type Timing } from './measure.js';

/** Prints rows as they come, as a Markdown table with columns of fixed width. */
export function tableOf(columns: Record<string, number>): (...cells: string[]) => void {
  const widths = Object.values(columns);
  const print = (cells: readonly string[]): void => console.log(`| ${widths.map((w, k) => (cells[k] ?? '').padEnd(w)).join(' | ')} |`);
  print(Object.keys(columns));
  print(widths.map((w) => '-'.repeat(w)));
  return (...cells) => print(cells);
}

/** Milliseconds as "median (min)". */
export const ms = (t: Timing | undefined): string => (t ? `${digits(t.median)} (${digits(t.min)})` : '-');

/** How many times longer the other takes, by medians. */
export const ratio = (other: Timing | undefined, ours: Timing): string => (other ? `${digits(other.median / ours.median)}x` : '-');

function digits(x: number): string {
  return x >= 100 ? x.toFixed(0) : x.toPrecision(3);
}
