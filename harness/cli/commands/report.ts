import { print } from '../../terminal/output.js';
import { textTable, writeFigure, writePage, writeReport, writeTables } from '../../report/index.js';

export interface ReportOptions {
  /** Write a figure, and nothing else, to this file. */
  readonly figure?: string;
  /** What the figure is over. */
  readonly over?: string;
  readonly metric?: string;
  /** Write each table, and nothing else, into this folder: as LaTeX, as CSV. */
  readonly latex?: string;
  readonly csv?: string;
  /** The page. Absent: report.html in the folder; of several folders, here. */
  readonly out?: string;
}

/**
 * `newton-losses report DIR...`: writes report.html anew, from folders of runs and comparisons, or what else is asked
 * for of it.
 */
export async function report(folders: readonly string[], options: ReportOptions): Promise<void> {
  const { figure, over, metric, latex, csv, out } = options;
  if (figure !== undefined) writeFigure(folders, figure, { over, metric });
  const parts = [
    ...(figure === undefined ? [] : [figure]),
    ...(latex === undefined ? [] : writeTables(folders, 'latex', latex)),
    ...(csv === undefined ? [] : writeTables(folders, 'csv', csv)),
  ];
  if (parts.length > 0) return parts.forEach((file) => print(file));
  const alone = folders.length === 1 && out === undefined;
  const { file, groups } = alone ? await writeReport(folders[0]) : writePage(folders, out ?? 'report.html');
  for (const group of groups) print(`${group.name}\n\n${textTable(group)}\n`);
  print(file);
}
