import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import path from 'node:path';

type Calls = 'openSync' | 'fsyncSync' | 'fchmodSync' | 'closeSync' | 'renameSync' | 'linkSync' | 'rmSync';

/** What is used of node:fs to write; a test passes one that fails. */
export interface FileSystem extends Pick<typeof fs, Calls> {
  writeSync(descriptor: number, bytes: Uint8Array, offset: number, length: number, position: number | null): number;
}

/** A file in the making: it has its name only from `commit` on. */
export interface AtomicFile {
  append(bytes: Uint8Array): void;
  /** Gives the file its name; what had it before is gone. The content is on the disk before that. */
  commit(): void;
  /** Removes what has been written; after `commit` it does nothing. */
  discard(): void;
}

export interface BeginOptions {
  readonly disk?: FileSystem;
  /** EEXIST, at `commit`, where something has the name already; by default it is replaced. */
  readonly exclusive?: boolean;
}

/** What `temporaryName` adds to a name. */
const TEMPORARY = /\.\d+\.[0-9a-f]{12}\.tmp$/;

/** A name beside `file` that no other process, and no other call, uses. */
export function temporaryName(file: string): string {
  return `${file}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
}

/** Which file a temporary name stands for; undefined where `name` is none. */
export function temporaryOf(name: string): string | undefined {
  return TEMPORARY.test(name) ? name.replace(TEMPORARY, '') : undefined;
}

/**
 * Begins a file under a temporary name of its own beside `file`; where `file` is a link, beside what it leads to, and
 * the link stays. A device, a pipe or whatever else is no regular file is written in place: a name that moved would
 * replace it. EACCES where the file may not be written.
 */
export function beginFile(file: string, { disk = fs, exclusive = false }: BeginOptions = {}): AtomicFile {
  const place = exclusive ? { file, mode: undefined } : placeOf(file);
  return place === 'in place' ? beginInPlace(file, disk) : beginAside(place, exclusive, disk);
}

interface Place {
  readonly file: string;
  /** Of the file that is replaced. */
  readonly mode: number | undefined;
}

/** Where the content of `file` has to come to. */
function placeOf(file: string): Place | 'in place' {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  if (!stats) return { file: endOfLink(file), mode: undefined };
  const inDevices = /^\/(dev|proc)\//.test(path.resolve(file)); // /dev/stdout may lead to a file: it is the shell's
  if (!stats.isFile() || inDevices) return 'in place';
  fs.accessSync(file, fs.constants.W_OK);
  return { file: fs.realpathSync(file), mode: stats.mode & 0o777 };
}

/** What a link that leads to nothing yet is to lead to; other names as they are. */
function endOfLink(file: string): string {
  if (!fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return file;
  return endOfLink(path.resolve(fs.realpathSync(path.dirname(file)), fs.readlinkSync(file)));
}

function beginAside({ file, mode }: Place, exclusive: boolean, disk: FileSystem): AtomicFile {
  const temporary = temporaryName(file);
  const descriptor = disk.openSync(temporary, 'wx');
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
      if (mode !== undefined) disk.fchmodSync(descriptor, mode);
      disk.fsyncSync(descriptor);
      close();
      if (exclusive) moveExclusively(temporary, file, disk);
      else disk.renameSync(temporary, file);
      state = 'done';
      try {
        syncFolder(path.dirname(file), disk);
      } catch (error) {
        if (exclusive) disk.rmSync(file, { force: true });
        throw error;
      }
    },
    discard() {
      if (state === 'done') return;
      close();
      disk.rmSync(temporary, { force: true });
    },
  };
}

function beginInPlace(file: string, disk: FileSystem): AtomicFile {
  const descriptor = disk.openSync(file, 'w');
  let open = true;
  const close = (): void => {
    if (open) disk.closeSync(descriptor);
    open = false;
  };
  return { append: (bytes) => writeFully(descriptor, bytes, null, disk), commit: close, discard: close };
}

/**
 * Gives a file its name, in one step. EEXIST where something has that name. File systems without hard links get a copy,
 * which is there empty for a moment.
 */
export function moveExclusively(
  temporary: string,
  file: string,
  disk: Pick<FileSystem, 'linkSync' | 'rmSync'> = fs,
): void {
  try {
    disk.linkSync(temporary, file);
  } catch (error) {
    if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    fs.copyFileSync(temporary, file, fs.constants.COPYFILE_EXCL);
  }
  disk.rmSync(temporary, { force: true });
}

const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Replaces a file as a whole: whoever reads it, whenever this process is killed, finds the old content or the new one.
 * The new content is on the disk before the name moves to it. Where writing fails the old file is left and the
 * half-written one removed. Links and what is no regular file are treated as `beginFile` says.
 */
export function writeFileAtomically(file: string, content: Uint8Array | string, disk: FileSystem = fs): void {
  const replacement = beginFile(file, { disk });
  try {
    replacement.append(Buffer.from(content));
    replacement.commit();
  } catch (error) {
    replacement.discard();
    throw error;
  }
}

/**
 * Writes all of `bytes` at `position`, or where the file stands (null): write(2) may take less than it was given, for
 * example when the disk fills up.
 */
export function writeFully(
  descriptor: number,
  bytes: Uint8Array,
  position: number | null,
  disk: Pick<FileSystem, 'writeSync'> = fs,
): void {
  for (let done = 0; done < bytes.length;) {
    done += disk.writeSync(descriptor, bytes, done, bytes.length - done, position === null ? null : position + done);
  }
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
