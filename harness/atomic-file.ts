import * as fs from 'node:fs';
import path from 'node:path';

/** What is used of node:fs to write; a test passes one that fails. */
export interface FileSystem extends Pick<typeof fs, 'openSync' | 'fsyncSync' | 'closeSync' | 'renameSync' | 'rmSync'> {
  writeSync(descriptor: number, bytes: Uint8Array, offset: number, length: number, position: number): number;
}

/** A file in the making: it has its name only from `commit` on. */
export interface AtomicFile {
  append(bytes: Uint8Array): void;
  /** Gives the file its name; what had it before is gone. The content is on the disk before that. */
  commit(): void;
  /** Removes what has been written; after `commit` it does nothing. */
  discard(): void;
}

/** Begins a file under a temporary name beside `file`. */
export function beginFile(file: string, disk: FileSystem = fs): AtomicFile {
  const temporary = `${file}.tmp`;
  const descriptor = disk.openSync(temporary, 'w');
  let state: 'open' | 'closed' | 'done' = 'open';
  let length = 0;
  const close = (): void => {
    if (state !== 'open') return;
    state = 'closed';
    disk.closeSync(descriptor);
  };
  return {
    append(bytes) {
      writeFully(descriptor, bytes, length, disk);
      length += bytes.length;
    },
    commit() {
      disk.fsyncSync(descriptor);
      close();
      disk.renameSync(temporary, file);
      state = 'done';
      syncFolder(path.dirname(file), disk);
    },
    discard() {
      if (state === 'done') return;
      close();
      disk.rmSync(temporary, { force: true });
    },
  };
}

/**
 * Replaces a file as a whole: whoever reads it, whenever this process is killed, finds the old content or the new one. The new
 * content is on the disk before the name moves to it. Where writing fails the old file is left and the half-written one removed.
 */
export function writeFileAtomically(file: string, content: Uint8Array | string, disk: FileSystem = fs): void {
  const replacement = beginFile(file, disk);
  try {
    replacement.append(Buffer.from(content));
    replacement.commit();
  } catch (error) {
    replacement.discard();
    throw error;
  }
}

/** Writes all of `bytes` at `position`: write(2) may take less than it was given, for example when the disk fills up. */
export function writeFully(descriptor: number, bytes: Uint8Array, position: number, disk: Pick<FileSystem, 'writeSync'> = fs): void {
  for (let done = 0; done < bytes.length; ) done += disk.writeSync(descriptor, bytes, done, bytes.length - done, position + done);
}

/** Makes a rename last through a power failure; Windows cannot open folders and needs no such thing. */
function syncFolder(folder: string, disk: FileSystem): void {
  if (process.platform === 'win32') return;
  const descriptor = disk.openSync(folder, 'r');
  try {
    disk.fsyncSync(descriptor);
  } finally {
    disk.closeSync(descriptor);
  }
}
