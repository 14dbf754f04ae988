import type { PairMap, RowMap } from './row-map.js';

/** In place of a column or a parameter: the factor is absent. */
export const NONE = -1;

/**
 * Affine functions of the unknowns x whose coefficients are affine in the parameters theta. Entry i is the sum of
 * value[k] x[col[k]] theta[param[k]] for k from `start[i]` below `start[i + 1]`, factors left out where the index is
 * NONE.
 */
export interface Form {
  readonly start: Int32Array;
  readonly col: Int32Array;
  readonly param: Int32Array;
  readonly value: Float64Array;
}

/** One term of a row of a form. */
export interface Term {
  readonly col: number;
  readonly param: number;
  readonly value: number;
}

/** Bounds the number of parameters; keys of terms have to be whole numbers below 2^53. */
const KEY = 2 ** 26;

/** Builds a form row by row; terms in the same unknown and parameter are added up. */
export class FormWriter {
  private readonly start = [0];
  private readonly col: number[] = [];
  private readonly param: number[] = [];
  private readonly value: number[] = [];
  private readonly row = new Map<number, number>();

  put(col: number, param: number, value: number): void {
    const key = (col + 1) * KEY + param + 1;
    this.row.set(key, (this.row.get(key) ?? 0) + value);
  }

  endRow(): void {
    for (const [key, value] of this.row) {
      if (value === 0) continue;
      this.col.push(Math.floor(key / KEY) - 1);
      this.param.push((key % KEY) - 1);
      this.value.push(value);
    }
    this.row.clear();
    this.start.push(this.col.length);
  }

  done(): Form {
    const { start, col, param, value } = this;
    return {
      start: Int32Array.from(start),
      col: Int32Array.from(col),
      param: Int32Array.from(param),
      value: Float64Array.from(value),
    };
  }
}

export function rowsOf(form: Form): number {
  return form.start.length - 1;
}

/** The terms of one row. */
export function termsOf({ start, col, param, value }: Form, row: number): Term[] {
  const terms: Term[] = [];
  for (let k = start[row]; k < start[row + 1]; k++) terms.push({ col: col[k], param: param[k], value: value[k] });
  return terms;
}

/** The form with these rows. */
export function formOf(rows: Iterable<readonly Term[]>): Form {
  const writer = new FormWriter();
  for (const terms of rows) {
    for (const { col, param, value } of terms) writer.put(col, param, value);
    writer.endRow();
  }
  return writer.done();
}

export function constantForm(values: Float64Array): Form {
  return formOf(Array.from(values, (value) => [{ col: NONE, param: NONE, value }]));
}

/** The rows of several forms, one after another. */
export function joinedForm(forms: readonly Form[]): Form {
  if (forms.length === 1) return forms[0];
  const count = forms.reduce((total, form) => total + rowsOf(form), 0);
  const size = forms.reduce((total, form) => total + form.col.length, 0);
  const [start, col, param] = [new Int32Array(count + 1), new Int32Array(size), new Int32Array(size)];
  const value = new Float64Array(size);
  let [row, at] = [0, 0];
  for (const form of forms) {
    col.set(form.col, at);
    param.set(form.param, at);
    value.set(form.value, at);
    for (let i = 0; i < rowsOf(form); i++) start[++row] = at + form.start[i + 1];
    at += form.col.length;
  }
  return { start, col, param, value };
}

/** The sum of two forms, row by row. */
export function addForms(a: Form, b: Form): Form {
  return formOf(Array.from({ length: rowsOf(a) }, (_, row) => [...termsOf(a, row), ...termsOf(b, row)]));
}

/** map (form) */
export function mapForm(map: RowMap, form: Form): Form {
  const writer = new FormWriter();
  for (let row = 0; row + 1 < map.start.length; row++) {
    for (let k = map.start[row]; k < map.start[row + 1]; k++) {
      const from = map.index[k];
      for (let t = form.start[from]; t < form.start[from + 1]; t++) {
        writer.put(form.col[t], form.param[t], map.value[k] * form.value[t]);
      }
    }
    writer.endRow();
  }
  return writer.done();
}

/** The products of pairs of rows, added up: no two factors may both have unknowns, nor both parameters. */
export function multiplyForms({ start, left, right }: PairMap, a: Form, b: Form): Form {
  const writer = new FormWriter();
  for (let row = 0; row + 1 < start.length; row++) {
    for (let k = start[row]; k < start[row + 1]; k++) putProduct(writer, a, left[k], b, right[k]);
    writer.endRow();
  }
  return writer.done();
}

/** Puts the product of two rows of forms into the row being written. */
export function putProduct(writer: FormWriter, a: Form, i: number, b: Form, j: number): void {
  for (let s = a.start[i]; s < a.start[i + 1]; s++) {
    for (let t = b.start[j]; t < b.start[j + 1]; t++) {
      writer.put(either(a.col[s], b.col[t]), either(a.param[s], b.param[t]), a.value[s] * b.value[t]);
    }
  }
}

function either(a: number, b: number): number {
  if (a !== NONE && b !== NONE) throw new RangeError('a product of two unknowns or two parameters is no linear form');
  return a === NONE ? b : a;
}
