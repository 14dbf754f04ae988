import { settingsOf } from '../../store/columns.js';
import { csvLine } from '../../report/tables/csv.js';
import { momentsOf } from '../../store/moments.js';
import { readRuns, soundRecord, type StoredRun } from '../../store/read-runs.js';
import { selectRuns } from '../../store/select-runs.js';
import { noteDamage } from './runs.js';
import { logFolders, writeEvents } from '../../store/tensorboard.js';
import { print, shellText } from '../../terminal/output.js';

export interface ExportOptions {
  readonly where?: string;
  /** Folder of the logs. Absent: CSV on standard output. */
  readonly tensorboard?: string;
}

/**
 * `newton-losses export FOLDER...`: the logs of runs as event files of TensorBoard, or as CSV, a line a number. What is
 * damaged is noted and left out.
 */
export function exportRuns(folders: readonly string[], { where, tensorboard }: ExportOptions): void {
  const stored = readRuns(folders);
  const found = where === undefined ? stored : selectRuns(stored, where);
  if (tensorboard === undefined) printCsv(found);
  else writeLogs(found, tensorboard, logFolders(tensorboard, folders, stored.map(({ folder }) => folder)));
  noteDamage(found);
}

function printCsv(found: readonly StoredRun[]): void {
  process.stdout.write(csvLine(['folder', 'step', 'time', 'tag', 'value']));
  for (const { folder } of found) {
    const record = soundRecord(folder, []);
    const lines = record &&
      momentsOf(record).flatMap(({ step, at, scalars }) =>
        scalars.map(([tag, value]) => csvLine([folder, step, at, tag, value]))
      );
    process.stdout.write(lines?.join('') ?? '');
  }
}

function writeLogs(found: readonly StoredRun[], logs: string, logOf: (folder: string) => string): void {
  let written = 0;
  for (const { folder, values } of found) {
    const record = soundRecord(folder, []);
    if (!record) continue;
    writeEvents(logOf(folder), momentsOf(record), settingsOf(values));
    written++;
  }
  print(`${written} runs, to look at with: ${shellText(['tensorboard', '--logdir', logs])}`);
}
