import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { writeFileAtomically } from '../files/atomic-file.js';
import type { Contents } from './contents.js';
import { fileName } from './places.js';
import { csvTable } from './tables/csv-table.js';
import { latexTable } from './tables/latex-table.js';
import type { Table } from './tables/table.js';

/** What a table may be written as. */
export type TableKind = 'latex' | 'csv';

interface TableFile {
  /** Without its ending. */
  readonly name: string;
  readonly table: Table;
}

/** Writes the tables of a page, `GROUP-NAME.tex` or `.csv` where there are several groups, and returns the files. */
export function writeTableFiles(contents: Contents, kind: TableKind, out: string): string[] {
  mkdirSync(out, { recursive: true });
  return tablesOf(contents).map(({ name, table }) => {
    const file = path.join(out, `${name}.${kind === 'latex' ? 'tex' : 'csv'}`);
    writeFileAtomically(file, kind === 'latex' ? latexTable(table, name) : csvTable(table));
    return file;
  });
}

function tablesOf({ overview, groups }: Contents): TableFile[] {
  const several = groups.length > 1;
  const own = groups.flatMap(({ group, tables }) =>
    Object.values(tables).filter((table): table is Table => table !== undefined).map((table) =>
      several
        ? { name: `${fileName(group.name)}-${table.name}`, table: captioned(table, group.name) }
        : { name: table.name, table }
    )
  );
  return [...overview.map((table) => ({ name: table.name, table })), ...own];
}

function captioned(table: Table, group: string): Table {
  return { ...table, caption: `${group}. ${table.caption}` };
}
