import { extname, join } from 'node:path';
import { LossError } from '../../core/errors.js';
import { textOf } from '../../core/messages.js';
import { writeFileAtomically } from '../files/atomic-file.js';
import { document } from './document.js';
import { standAloneFigure } from './figures.js';
import { page } from './page.js';
import { readSource } from './source.js';
import { type GroupSummary, summarise } from './summary.js';

export { textTable } from './text-table.js';

/** What a report came to. */
export interface WrittenReport {
  /** report.html */
  readonly file: string;
  readonly groups: readonly GroupSummary[];
}

/**
 * Writes report.html, which loads nothing from anywhere, and summary.json, the figures of its tables, into the folder
 * of a run or of a comparison, finished or not. DATA where it is neither.
 */
export async function writeReport(folder: string): Promise<WrittenReport> {
  const source = readSource(folder);
  const groups = source.groups.map(summarise);
  const file = join(folder, 'report.html');
  writeFileAtomically(file, page(source.title, document(source)));
  const summary = JSON.stringify({ command: source.command, groups }, undefined, 2);
  writeFileAtomically(join(folder, 'summary.json'), `${summary}\n`);
  return { file, groups };
}

/** What `writeFigure` writes, by the ending of the file. */
const FIGURES = ['.svg'];

/**
 * Draws the learning curves of a folder's first group as a stand-alone SVG on white, for pages that are not the
 * report's. PARAMS where the file's name ends otherwise, DATA where nothing has been measured.
 */
export function writeFigure(folder: string, file: string): void {
  const ending = extname(file);
  if (!FIGURES.includes(ending.toLowerCase())) {
    throw new LossError(
      'PARAMS',
      `a figure should be a file that ends in ${FIGURES.join(' or ')}, got ${textOf(file)}`,
    );
  }
  const group = readSource(folder).groups[0];
  const figure = standAloneFigure(group, summarise(group));
  if (figure === undefined) throw new LossError('DATA', `${folder}: no run has been evaluated yet, nothing to draw`);
  writeFileAtomically(file, figure);
}
