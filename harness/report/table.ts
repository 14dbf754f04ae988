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

/** Columns, but for the first, from which on a table needs the width of paper, and of a screen. */
const [MANY, CROWDED] = [5, 10];

/** A table whose first column names the rows; on narrow pages its rows stand below each other (page.ts). */
export function table(first: string, heads: readonly Head[], rows: readonly Row[], caption?: string): Markup {
  const size = heads.length >= CROWDED ? 'crowded' : heads.length >= MANY ? 'many' : 'few';
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
