import * as fs from 'node:fs';
import path from 'node:path';

/** What is used of node:fs to write; a test passes one that fails. */
export interface FileSystem extends Pick<typeof fs, 'openSync' | 'fsyncSync' | 'closeSync' | 'renameSync' | 'rmSync'> {
  writeSync(descriptor: number, bytes: Uint8Array, offset: number, length: number, position: number): number;
}

/**
 * Replaces a file as a whole: whoever reads it, whenever this process is killed, finds the old content or the new one. The new
 * content is on the disk before the name moves to it. Where writing fails the old file is left and the half-written one removed.
 */
export function writeFileAtomically(file: string, content: Uint8Array | string, disk: FileSystem = fs): void {
  const temporary = `${file}.tmp`;
  try {
    const descriptor = disk.openSync(temporary, 'w');
    try {
      writeFully(descriptor, Buffer.from(content), 0, disk);
      disk.fsyncSync(descriptor);
    } finally {
      disk.closeSync(descriptor);
    }
    disk.renameSync(temporary, file);
  } catch (error) {
    disk.rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(path.dirname(file), disk);
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
