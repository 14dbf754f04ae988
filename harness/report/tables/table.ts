/** A table of a report, which a page, LaTeX and CSV are made of. */
export interface Table {
  /** Of its file, beside other tables of its group: `run-time`. */
  readonly name: string;
  readonly caption: string;
  /** What the first column names the rows by. */
  readonly first: string;
  readonly heads: readonly Head[];
  readonly rows: readonly Row[];
  /** Below it in the page: what it does not say by itself. */
  readonly notes?: readonly string[];
}

/** A column's head, with what stands small under it, and whether its cells are running text. */
export interface Head {
  readonly title: string;
  readonly unit?: string;
  readonly text?: boolean;
}

export interface Row {
  readonly head: Cell;
  readonly cells: readonly Cell[];
  /** What links in the page lead to. */
  readonly id?: string;
}

/** What stands in a cell: text, or text with what else is known of it. */
export type Cell = string | number | RichCell;

export interface RichCell {
  readonly text: string;
  /** What the text says in numbers, for those who compute with them, by what each is; the first is sorted by. */
  readonly numbers?: Readonly<Record<string, number>>;
  /** Black or grey bold, as in the paper. */
  readonly emphasis?: 'bold' | 'grey';
  /** Address, in the page. */
  readonly link?: string;
  /** Variant whose symbol stands before the text, in the page. */
  readonly swatch?: number;
}

/** For what there is none of. */
export const NOTHING = '–';

export function rich(cell: Cell): RichCell {
  return typeof cell === 'object'
    ? cell
    : { text: String(cell), ...(typeof cell === 'number' && { numbers: { '': cell } }) };
}

/** A head in one line: "EM (%)". */
export function headText({ title, unit }: Head): string {
  return unit ? `${title} (${unit})` : title;
}
