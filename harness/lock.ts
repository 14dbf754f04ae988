import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LossError } from '../core/errors.js';

/**
 * Keeps other processes out of a run folder until the returned function is called. A lock whose process is gone (killed) does
 * not hold. CHECKPOINT where another process that lives has the folder.
 */
export function lockFolder(folder: string): () => void {
  const file = path.join(folder, 'lock');
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const owner = Number(readFileSync(file, 'utf8'));
    if (owner > 0 && owner !== process.pid && isAlive(owner)) {
      throw new LossError('CHECKPOINT', `${folder} is in use by process ${owner}; where that is another program, remove ${file}`);
    }
    writeFileSync(file, String(process.pid));
  }
  return () => rmSync(file, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it lives, and is somebody else's
  }
}
