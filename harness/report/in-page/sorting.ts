const { compare } = new Intl.Collator('en', { numeric: true });

/** Makes the heads of a table sort its rows, and a second time the other way; what has no value comes last. */
export function sortable(table: HTMLTableElement): void {
  const heads = [...table.querySelectorAll<HTMLTableCellElement>('thead th')];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.append(...head.childNodes);
    button.addEventListener('click', () => {
      const descending = head.ariaSort === 'ascending';
      for (const other of heads) other.ariaSort = null;
      head.ariaSort = descending ? 'descending' : 'ascending';
      sort(table.tBodies[0], column, descending ? -1 : 1);
    });
    head.append(button);
  });
}

function sort(body: HTMLTableSectionElement, column: number, sign: number): void {
  const rows = [...body.rows].map((row) => ({ row, value: valueOf(row.cells[column]) }));
  rows.sort(({ value: a }, { value: b }) => {
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : compare(String(a), String(b)));
  });
  body.append(...rows.map(({ row }) => row));
}

function valueOf(cell: HTMLTableCellElement): number | string | undefined {
  const text = cell.textContent.trim();
  if (text === '–') return undefined;
  const number = Number(cell.dataset['number'] ?? text);
  return Number.isFinite(number) ? number : text;
}
