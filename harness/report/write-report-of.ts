import { LossError } from '../../core/errors.js';
import { ownCommand } from '../terminal/output.js';
import type { WrittenReport } from './index.js';

/**
 * Writes the report of what ended as `how` says; DATA where that fails, saying how to have it later: what the runs have
 * saved is not lost. Figures are loaded only now: they take a while.
 */
export async function writeReportOf(folder: string, how: string): Promise<WrittenReport> {
  const { writeReport } = await import('./index.js');
  try {
    return await writeReport(folder);
  } catch (cause) {
    const wrong = `${how}; but the report could not be written: ${(cause as Error).message}`;
    const later = `for the report: ${ownCommand(['report', folder])}`;
    throw new LossError(cause instanceof LossError ? cause.code : 'DATA', `${wrong}; ${later}`, { cause });
  }
}
