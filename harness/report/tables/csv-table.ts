import { csvLine } from './csv.js';
import { type Cell, headText, NOTHING, rich, type Table } from './table.js';

/**
 * A table as CSV: a column of numbers for each thing that its cells say in numbers ("EM (%) mean", "EM (%) deviation"), of
 * text where they say none. To twelve digits.
 */
export function csvTable({ first, heads, rows }: Table): string {
  const columns = heads.map((head, i) => ({
    title: headText(head),
    parts: partsOf(rows.map(({ cells }) => cells[i])),
  }));
  const titles = columns.flatMap(({ title, parts }) =>
    parts.length === 0 ? [title] : parts.map((part) => (part === '' ? title : `${title} ${part}`))
  );
  const lines = rows.map(({ head, cells }) => [
    rich(head).text,
    ...columns.flatMap(({ parts }, i) => valuesOf(cells[i], parts)),
  ]);
  return [[first, ...titles], ...lines].map(csvLine).join('');
}

/** What cells of a column say in numbers; nothing in a column of text. */
function partsOf(cells: readonly Cell[]): string[] {
  return [...new Set(cells.flatMap((cell) => Object.keys(rich(cell).numbers ?? {})))];
}

function valuesOf(cell: Cell, parts: readonly string[]): (string | number | undefined)[] {
  const { text, numbers } = rich(cell);
  if (parts.length === 0) return [text === NOTHING ? undefined : text.replaceAll('\u00a0', ' ')];
  return parts.map((part) => numbers?.[part]).map((number) => number && Number(number.toPrecision(12)));
}
