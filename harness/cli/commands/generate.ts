import { LossError } from '../../../core/errors.js';
import { writeFileAtomically } from '../../files/atomic-file.js';
import { drawSheet } from '../../data/warcraft/sheet.js';
import { mapDrawer, writeWarcraft } from '../../data/warcraft/write.js';
import { note, print } from '../../terminal/output.js';
import { openProgress } from '../../terminal/display.js';
import { stopOnSignals } from '../../terminal/stop.js';

export interface GenerateOptions {
  readonly out?: string;
  readonly sheet?: string;
  readonly size: number;
  readonly train: number;
  readonly val: number;
  readonly test: number;
  readonly seed: number;
}

/** Maps on a sheet. */
const SHOWN = 4;

/** Of a cell: its tile, cost and label. */
const BYTES = 8 * 8 * 3 + 2 + 1;

/** `newton-losses generate warcraft`: the exit code, 0 where all was written. DATA where a file cannot be written. */
export async function generateWarcraft(options: GenerateOptions): Promise<number> {
  const { out, sheet, size, train, val, test, seed } = options;
  if (sheet !== undefined) writeSheet(sheet, size, seed);
  if (out === undefined) return 0;
  const stop = stopOnSignals();
  const progress = openProgress();
  try {
    const set = { size, counts: { train, val, test }, seed };
    const megabytes = (maps: number): number => Math.round((maps * BYTES * size * size) / 1e6);
    const show = (done: number, total: number): void => progress.step(done, total, { MB: megabytes(done) }, 'maps');
    const folder = await writeWarcraft(out, set, { signal: stop.signal, progress: show });
    progress.stop();
    print(`${train} train, ${val} val, ${test} test maps of ${size} x ${size} in ${folder}`);
    return 0;
  } catch (error) {
    progress.stop();
    if (!stop.signal.aborted) throw error;
    note('stopped; no file was written');
    return stop.code;
  }
}

/** Draws the first training maps. */
function writeSheet(file: string, size: number, seed: number): void {
  const draw = mapDrawer({ size, seed });
  const maps = Array.from({ length: SHOWN }, (_, i) => draw('train', i));
  try {
    writeFileAtomically(file, drawSheet(maps, size));
  } catch (cause) {
    throw new LossError('DATA', `cannot write ${file}: ${(cause as Error).message}`, { cause });
  }
  print(`sheet of the first ${SHOWN} training maps: ${file}`);
}
