import { largestOf } from '../run/extremes.js';
import { type Column, differenceColumns, metricColumns, pColumns, runColumns } from './columns.js';
import { backendsNote, improvementsNote, intervalsNote, splitNote } from './notes.js';
import { paperNote } from './paper/section.js';
import type { GroupSummary } from './summary.js';
import type { RichCell } from './tables/table.js';

const MOST_METRICS = 2;

/**
 * The results of a group for the terminal: the main columns, then the differences from further references in a table of
 * their own.
 */
export function textTable(summary: GroupSummary): string {
  const [toBaseline, ...toOthers] = differenceColumns(summary);
  const main = [
    ...metricColumns(summary).slice(0, MOST_METRICS),
    ...runColumns(summary),
    ...(toBaseline ? [toBaseline, ...pColumns(summary)] : []),
  ];
  const tables = [main, ...toOthers.map((column) => [column])].map((columns) => layOut(summary, columns));
  const remarks = [
    improvementsNote(summary, '*'),
    intervalsNote(summary),
    splitNote(summary),
    paperNote(summary),
    backendsNote(summary),
  ];
  return [...tables, ...remarks.filter((note) => note !== undefined)].join('\n\n');
}

function layOut({ variants }: GroupSummary, columns: readonly Column[]): string {
  const rows = [
    ['variant', ...columns.map(({ title }) => title)],
    ['', ...columns.map(({ unit }) => unit)],
    ...variants.map((variant) => [variant.variant, ...columns.map(({ cell }) => starred(cell(variant)))]),
  ];
  const widths = rows[0].map((_, column) => largestOf(rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')
  );
  lines.splice(2, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return lines.join('\n');
}

/** What the page has in bold has a star. */
function starred({ text, emphasis }: RichCell): string {
  return `${emphasis === 'bold' ? '* ' : ''}${text}`;
}
