import { LossError } from '../../core/errors.js';
import { textOf } from '../../core/messages.js';
import { isAllocationFailure, tooLarge } from '../../core/memory.js';
import { missingTfjs } from './missing-tfjs.js';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'it exists already',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'the file would be too large',
  EROFS: 'the disk is read-only',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'links lead in a circle',
};

/** Calls of the system that only look; the others make, change or remove something. */
const LOOKING = ['open', 'read', 'stat', 'lstat', 'fstat', 'scandir', 'opendir', 'access', 'readlink', 'realpath'];

/**
 * What went wrong in the user's words, where it is nobody's mistake: files that cannot be read or written are DATA, a
 * package that is not installed, processes that do not start and sizes beyond memory UNSUPPORTED. Undefined for errors of another kind.
 */
export function ordinaryFailure(error: unknown): LossError | undefined {
  const missing = missingTfjs(error);
  if (missing) return missing;
  if (error instanceof LossError) return error;
  if (isAllocationFailure(error)) return tooLarge('what was asked for', error);
  if (!isSystemError(error)) return undefined;
  const { code = '', syscall, path, dest } = error;
  const reason = `${reasons[code] ?? error.message} (${code})`;
  if (syscall.startsWith('spawn')) {
    return new LossError('UNSUPPORTED', `cannot start a process: ${reason}`, { cause: error });
  }
  const where = [path, dest].filter((part) => part !== undefined).join(' as ');
  const what = `cannot ${LOOKING.includes(syscall) ? 'read' : 'write'} ${where === '' ? 'a file' : where}`;
  return new LossError('DATA', `${what}: ${reason}`, { cause: error });
}

/** In a line; errors of the language say by their name of what kind they are: `TypeError: x is not a function`. */
export function messageOf(error: unknown): string {
  if (error instanceof LossError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : textOf(error);
}

function isSystemError(
  error: unknown,
): error is NodeJS.ErrnoException & { readonly syscall: string; readonly dest?: string } {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string' && 'errno' in error;
}
