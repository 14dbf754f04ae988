import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { LossError, type LossErrorCode } from '../../core/errors.js';
import { moveExclusively, temporaryName } from './atomic-file.js';

/**
 * Who has a folder. Process numbers come again, after a reboot at the latest: `started` tells two processes of one
 * number apart.
 */
interface Owner {
  readonly pid: number;
  /** Absent in locks of earlier versions. */
  readonly host?: string;
  /** As `startOf` gives it; absent where the system does not say. */
  readonly started?: string;
  /** Makes each lock another one. */
  readonly token?: string;
}

/**
 * Keeps other processes, and other calls in this one, out of a folder until the returned function is called. The lock
 * of a process that is gone (killed) does not hold; whether one of another host lives cannot be seen from here: it
 * holds. An error of the given code where somebody else has the folder.
 */
export function lockFolder(folder: string, code: LossErrorCode = 'CHECKPOINT'): () => void {
  const file = path.join(folder, 'lock');
  const mine = ownText();
  acquire(file, mine, code, folder);
  return () => release(file, mine);
}

/**
 * Puts `text` to `file` where there is nothing or a lock that does not hold. Between looking at such a lock and
 * replacing it another process may do both: so whoever replaces it first takes a lock on the right to do so, called
 * after the content that he has seen, and then looks again.
 */
function acquire(file: string, text: string, code: LossErrorCode, folder: string): void {
  for (;;) {
    const temporary = temporaryName(file);
    writeFileSync(temporary, text, { flag: 'wx' });
    try {
      if (placed(temporary, file)) return;
      const found = contentOf(file);
      if (found === undefined) continue; // released a moment ago
      const owner = ownerOf(found);
      if (owner && holds(owner)) throw new LossError(code, refusal(folder, file, owner));
      const right = `${file}.${createHash('sha256').update(found).digest('hex').slice(0, 12)}`;
      const rightText = ownText();
      acquire(right, rightText, code, folder);
      try {
        if (contentOf(file) !== found) continue;
        renameSync(temporary, file);
        return;
      } finally {
        release(right, rightText);
      }
    } finally {
      rmSync(temporary, { force: true });
    }
  }
}

/** Whether nothing had the name `file`: then `temporary` has it. */
function placed(temporary: string, file: string): boolean {
  try {
    moveExclusively(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Removes a lock if it is the one that was put there. */
function release(file: string, mine: string): void {
  if (contentOf(file) === mine) rmSync(file, { force: true });
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function ownText(): string {
  const started = startOf(process.pid);
  const token = path.basename(temporaryName('')).slice(1, -'.tmp'.length);
  const owner: Owner = { pid: process.pid, host: hostname(), ...(typeof started === 'string' && { started }), token };
  return JSON.stringify(owner);
}

/** Undefined for what nobody can have written in one piece: the machine went down meanwhile. */
function ownerOf(text: string): Owner | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof content === 'number') content = { pid: content }; // of an earlier version
  const owner = content as Partial<Owner> | null;
  return Number.isSafeInteger(owner?.pid) && owner!.pid! > 0 ? (owner as Owner) : undefined;
}

function holds({ pid, host, started }: Owner): boolean {
  if (host !== undefined && host !== hostname()) return true;
  if (host === undefined && pid === process.pid) return false; // of an earlier process that had this number
  if (!isAlive(pid)) return false;
  const now = startOf(pid);
  return now !== 'ended' && (now === undefined || started === undefined || now === started);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it lives, and is somebody else's
  }
}

/**
 * When a process began: ticks since a boot, and which boot. Undefined where the system does not say; a process that
 * only waits to be buried has ended.
 */
function startOf(pid: number): string | 'ended' | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // after the name, which may hold anything
    const [state, ticks] = [fields[0], fields[19]]; // fields 3 and 22 of proc(5)
    if (state === 'Z' || state === 'X') return 'ended';
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`;
  } catch {
    return undefined;
  }
}

function refusal(folder: string, file: string, { pid, host }: Owner): string {
  const here = host === undefined || host === hostname();
  const where = here ? '' : ` on ${host}, which cannot be asked from ${hostname()}`;
  return `${folder} is in use by process ${pid}${where}; if that has ended or is another program, remove ${file}`;
}
