import { parseNames } from '../../compare/lists.js';
import { columnsOf, tellingColumns } from '../../store/columns.js';
import { csvLine } from '../../report/tables/csv.js';
import { columnOf, shortName } from '../../store/names.js';
import { readRuns, type StoredRun } from '../../store/read-runs.js';
import { selectRuns, sortRuns } from '../../store/select-runs.js';
import type { Value } from '../../store/values.js';
import { columns as laidOut, note, print, printJson } from '../../terminal/output.js';
import { painted } from '../../terminal/paint.js';

export interface RunsOptions {
  readonly where?: string;
  readonly columns?: string;
  readonly sort?: string;
  readonly csv?: boolean;
  readonly json?: boolean;
  readonly check?: boolean;
}

/** A column as it is called in what is printed. */
interface Shown {
  readonly title: string;
  readonly column: string;
}

/**
 * `newton-losses runs [FOLDER...]`: prints the runs in folders as a table, CSV or JSON. What is damaged is noted. The exit
 * code, 1 where something is damaged and that was asked for by --check. PARAMS where query or columns are none.
 */
export function runs(folders: readonly string[], options: RunsOptions): number {
  const { where, sort, csv = false, json = false, check = false } = options;
  const stored = readRuns(folders.length > 0 ? folders : undefined, { whole: check });
  const selected = where === undefined ? stored : selectRuns(stored, where);
  const all = columnsOf(stored);
  const found = sort === undefined || selected.length === 0
    ? selected
    : sortRuns(selected, parseNames('--sort', sort), all);
  const shown = shownColumns(found, all, options);
  if (csv) printCsv(found, shown);
  else if (json) printJson(found.map((run) => Object.fromEntries(cellsOf(run, shown))));
  else if (found.length > 0) printTable(found, shown);
  if (found.length < stored.length) note(`${found.length} of ${stored.length} runs`);
  else if (stored.length === 0) note('there are no runs');
  noteDamage(stored);
  return check && stored.some(({ damage }) => damage.length > 0) ? 1 : 0;
}

function shownColumns(found: readonly StoredRun[], all: readonly string[], options: RunsOptions): Shown[] {
  const { columns, csv, json } = options;
  if (columns !== undefined) {
    const known = (title: string): string => (found.length === 0 ? title : columnOf(title, all));
    return parseNames('--columns', columns).map((title) => ({ title, column: known(title) }));
  }
  if (csv || json) return all.map((column) => ({ title: column, column }));
  return tellingColumns(found, all).map((column) => ({ title: shortName(column, all), column }));
}

function cellsOf({ values }: StoredRun, shown: readonly Shown[]): [string, Value | undefined][] {
  return shown.map(({ title, column }) => [title, values[column]]);
}

function printCsv(found: readonly StoredRun[], shown: readonly Shown[]): void {
  process.stdout.write(csvLine(shown.map(({ title }) => title)));
  for (const run of found) process.stdout.write(csvLine(cellsOf(run, shown).map(([, value]) => value)));
}

function printTable(found: readonly StoredRun[], shown: readonly Shown[]): void {
  const rows = found.map((run) => cellsOf(run, shown).map(([, value]) => cellText(value)));
  const [head, ...lines] = laidOut([shown.map(({ title }) => title), ...rows]);
  print(painted('bold', head));
  lines.forEach((line) => print(line));
}

/** Numbers to four digits, text in one line. */
function cellText(value: Value | undefined): string {
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
  return String(value ?? '').replaceAll(/\p{Cc}+/gu, ' ');
}

/** What is damaged, a line a run. */
export function noteDamage(runs: readonly StoredRun[]): void {
  for (const { damage } of runs) if (damage.length > 0) note(`damaged: ${damage.join('; ')}`);
}
