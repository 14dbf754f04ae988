import { join } from 'node:path';
import { writeFileAtomically } from '../files/atomic-file.js';
import { document } from './document.js';
import { learningCurves } from './learning-curves.js';
import { page } from './page.js';
import { readSource } from './source.js';
import { type GroupSummary, summarise } from './summary.js';
import { renderSvg } from './svg.js';

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
  writeFileAtomically(file, page(source.title, await document(source)));
  const summary = JSON.stringify({ command: source.command, groups }, undefined, 2);
  writeFileAtomically(join(folder, 'summary.json'), `${summary}\n`);
  return { file, groups };
}

/**
 * Draws the learning curves of a folder's first group as a stand-alone SVG on white, for pages that are not the
 * report's.
 */
export async function writeFigure(folder: string, file: string): Promise<void> {
  const group = readSource(folder).groups[0];
  const { metric, variants } = summarise(group);
  const spec = learningCurves(group, metric ?? '', variants.map(({ variant }) => variant));
  writeFileAtomically(file, await renderSvg({ ...spec, background: 'white' }));
}
