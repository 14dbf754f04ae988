import { extname, join } from 'node:path';
import { LossError } from '../../core/errors.js';
import { textOf } from '../../core/messages.js';
import { writeFileAtomically } from '../files/atomic-file.js';
import { contentsOf } from './contents.js';
import { document } from './document.js';
import { joinedGroups } from './joined.js';
import type { OverallDifference } from './overall.js';
import { page } from './page.js';
import { type ReportSource, readSource } from './source.js';
import { type FigureOptions, standAloneFigure } from './stand-alone.js';
import type { GroupSummary } from './summary.js';
import { type TableKind, writeTableFiles } from './table-files.js';

export { textTable } from './text-table.js';

/** What a report came to. */
export interface WrittenReport {
  /** report.html */
  readonly file: string;
  readonly groups: readonly GroupSummary[];
  /** Of several groups. */
  readonly overall: readonly OverallDifference[];
}

/**
 * Writes report.html, which loads nothing from anywhere, and summary.json, the figures of its tables, into the folder
 * of a run or of a comparison, finished or not. DATA where it is neither.
 */
export async function writeReport(folder: string): Promise<WrittenReport> {
  const source = readSource(folder);
  const report = writePageOf([source], join(folder, 'report.html'));
  const { groups, overall } = report;
  const summary = JSON.stringify({ command: source.command, groups, overall }, undefined, 2);
  writeFileAtomically(join(folder, 'summary.json'), `${summary}\n`);
  return report;
}

/** Writes one page of several folders, and nothing else. DATA as for `writeReport`. */
export function writePage(folders: readonly string[], file: string): WrittenReport {
  return writePageOf(folders.map(readSource), file);
}

function writePageOf(sources: readonly ReportSource[], file: string): WrittenReport {
  const contents = contentsOf(sources, file);
  const { title, groups, overall } = contents;
  writeFileAtomically(file, page(title, document(contents)));
  return { file, groups: groups.map(({ summary }) => summary), overall };
}

/**
 * Writes each table of the page of folders as a file by itself into the folder `out`, and returns the files. DATA as for
 * `writeReport`.
 */
export function writeTables(folders: readonly string[], kind: TableKind, out: string): string[] {
  return writeTableFiles(contentsOf(folders.map(readSource), join(out, 'report.html')), kind, out);
}

/** What `writeFigure` writes, by the ending of the file. */
const FIGURES = ['.svg'];

/**
 * Draws a metric of folders as a stand-alone SVG, light and dark, for pages that are not the report's: learning curves, unless
 * `options` say over what else. PARAMS where the file's name ends otherwise; else as `standAloneFigure`.
 */
export function writeFigure(folders: readonly string[], file: string, options: FigureOptions = {}): void {
  const ending = extname(file);
  if (!FIGURES.includes(ending.toLowerCase())) {
    throw new LossError(
      'PARAMS',
      `a figure should be a file that ends in ${FIGURES.join(' or ')}, got ${textOf(file)}`,
    );
  }
  writeFileAtomically(file, standAloneFigure(joinedGroups(folders.map(readSource)), options));
}
