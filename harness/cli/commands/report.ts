import { print } from '../../terminal/output.js';
import { textTable, writeFigure, writePage, writeReport } from '../../report/index.js';

export interface ReportOptions {
  /** Write the learning curves, and nothing else, to this file. */
  readonly figure?: string;
  /** The page. Absent: report.html in the folder; of several folders, here. */
  readonly out?: string;
}

/** `newton-losses report DIR...`: writes report.html anew, from folders of runs and comparisons. */
export async function report(folders: readonly string[], { figure, out }: ReportOptions): Promise<void> {
  if (figure !== undefined) {
    writeFigure(folders, figure);
    return print(figure);
  }
  const alone = folders.length === 1 && out === undefined;
  const { file, groups } = alone ? await writeReport(folders[0]) : writePage(folders, out ?? 'report.html');
  for (const group of groups) print(`${group.name}\n\n${textTable(group)}\n`);
  print(file);
}
