import { largestOf } from '../run/extremes.js';
import { type Content, html, Markup } from './markup.js';

/** A column's head, with what stands small under it, and whether its cells are running text. */
export interface Head {
  readonly title: string;
  readonly unit?: string;
  readonly text?: boolean;
}

export interface Row {
  readonly head: Content;
  readonly cells: readonly Content[];
}

/** Pixels from which on a table needs the width of paper, and of a screen. */
const [WIDE, CROWDED] = [460, 820];

/** Pixels, roughly, in a wide font; and by how much small text is narrower. */
const [CHARACTER, PADDING, FIRST, SMALL] = [9, 14, 100, 0.8];

/** A table whose first column names the rows; on narrow pages its rows stand below each other (page.ts). */
export function table(first: string, heads: readonly Head[], rows: readonly Row[], caption?: string): Markup {
  const width = FIRST + heads.reduce((sum, head, i) => sum + columnWidth(head, rows.map(({ cells }) => cells[i])), 0);
  const size = width >= CROWDED ? 'crowded' : width >= WIDE ? 'many' : 'few';
  return html`<table class="${size}">${caption === undefined ? '' : html`<caption>${caption}</caption>`}
    <thead><tr><th scope="col">${first}</th>${heads.map(columnHead)}</tr></thead>
    <tbody>${rows.map((row) => bodyRow(row, heads))}</tbody></table>`;
}

function columnHead({ title, unit, text }: Head): Markup {
  const small = unit === undefined ? '' : html`<br><small>${unit}</small>`;
  return html`<th scope="col"${classOf(text)}>${title}${small}</th>`;
}

function bodyRow({ head, cells }: Row, heads: readonly Head[]): Markup {
  const tds = cells.map((cell, i) => html`<td${classOf(heads[i].text)} data-label="${labelOf(heads[i])}">${cell}</td>`);
  return html`<tr><th scope="row">${head}</th>${tds}</tr>`;
}

function labelOf({ title, unit }: Head): string {
  return unit ? `${title} (${unit})` : title;
}

function classOf(text = false): Content {
  return text ? new Markup(' class="text"') : '';
}

/** As narrow as the longest words let it be; running text breaks anywhere. */
function columnWidth({ title, unit = '', text }: Head, cells: readonly Content[]): number {
  const plain = text ? [title] : [title, ...cells.map(textIn)];
  return PADDING + CHARACTER * Math.max(longestWord(plain), SMALL * longestWord([unit]));
}

function textIn(cell: Content): string {
  return html`${cell}`.text.replaceAll(/<[^>]*>/g, '').replaceAll(/&#\d+;/g, '?');
}

function longestWord(lines: readonly string[]): number {
  return largestOf(lines.flatMap((line) => line.split(/[ -]/)).map(({ length }) => length));
}
