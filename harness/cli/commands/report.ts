import { print } from '../../terminal/output.js';
import { textTable, writeFigure, writeReport } from '../../report/index.js';

export interface ReportOptions {
  /** Write the learning curves, and nothing else, to this file. */
  readonly figure?: string;
}

/** `newton-losses report DIR`: writes report.html anew, from the folder of a run or of a comparison. */
export async function report(folder: string, { figure }: ReportOptions): Promise<void> {
  if (figure !== undefined) {
    writeFigure(folder, figure);
    return print(figure);
  }
  const { file, groups } = await writeReport(folder);
  for (const group of groups) print(`${group.name}\n\n${textTable(group)}\n`);
  print(file);
}
