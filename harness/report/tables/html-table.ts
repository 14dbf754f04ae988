import { largestOf } from '../../run/extremes.js';
import { swatch } from '../chart/draw.js';
import { type Content, html, Markup } from '../markup.js';
import { type Cell, type Head, headText, rich, type RichCell, type Row, type Table } from './table.js';

/** Pixels from which on a table needs the width of paper, and of a screen. */
const [WIDE, CROWDED] = [460, 820];

/** Pixels, roughly, in a wide font; and by how much small text is narrower. */
const [CHARACTER, PADDING, FIRST, SMALL] = [9, 14, 100, 0.8];

/**
 * A table of the page; on narrow pages its rows stand below each other (page.ts), and where scripts run, its heads sort
 * it (in-page/sorting.ts).
 */
export function htmlTable({ caption, first, heads, rows, notes = [] }: Table): Markup {
  const width = FIRST + heads.reduce((sum, head, i) => sum + columnWidth(head, rows.map(({ cells }) => cells[i])), 0);
  const size = width >= CROWDED ? 'crowded' : width >= WIDE ? 'many' : 'few';
  return html`<table class="${size}"><caption>${caption}</caption>
    <thead><tr><th scope="col">${first}</th>${heads.map(columnHead)}</tr></thead>
    <tbody>${rows.map((row) => bodyRow(row, heads))}</tbody></table>${
    notes.length === 0 ? '' : html`<ul class="soft">${notes.map((note) => html`<li>${note}</li>`)}</ul>`
  }`;
}

function columnHead({ title, unit, text }: Head): Markup {
  const small = unit ? html`<br><small>${unit}</small>` : '';
  return html`<th scope="col"${classOf(text)}>${title}${small}</th>`;
}

function bodyRow({ id, head, cells }: Row, heads: readonly Head[]): Markup {
  const tds = cells.map((cell, i) =>
    html`<td${classOf(heads[i].text)} data-label="${headText(heads[i])}"${numberOf(cell)}>${content(rich(cell))}</td>`
  );
  return html`<tr${id === undefined ? '' : html` id="${id}"`}><th scope="row">${content(rich(head))}</th>${tds}</tr>`;
}

/** What the cell is sorted by, where that is not its text. */
function numberOf(cell: Cell): Content {
  const [number] = Object.values(rich(cell).numbers ?? {});
  return typeof cell === 'number' || number === undefined ? '' : html` data-number="${number}"`;
}

function content({ text, emphasis, link, swatch: variant }: RichCell): Markup {
  const linked = link === undefined ? text : html`<a href="${link}">${text}</a>`;
  const strong = emphasis ? html`<b${emphasis === 'grey' ? GREY : ''}>${linked}</b>` : linked;
  return html`${variant === undefined ? '' : swatch(variant)}${strong}`;
}

const GREY = new Markup(' class="grey"');

function classOf(text = false): Content {
  return text ? new Markup(' class="text"') : '';
}

/** As narrow as the longest words let it be; running text breaks anywhere. */
function columnWidth({ title, unit = '', text }: Head, cells: readonly Cell[]): number {
  const plain = text ? [title] : [title, ...cells.map((cell) => rich(cell).text)];
  return PADDING + CHARACTER * Math.max(longestWord(plain), SMALL * longestWord([unit]));
}

function longestWord(lines: readonly string[]): number {
  return largestOf(lines.flatMap((line) => line.split(/[ -]/)).map(({ length }) => length));
}
