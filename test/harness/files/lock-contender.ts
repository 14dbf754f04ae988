/**
 * Takes the lock of a folder at a moment that it is told, says whether it has it, and keeps it until the next message.
 */
import { LossError } from '../../../core/errors.js';
import { lockFolder } from '../../../harness/files/lock.js';

let unlock: (() => void) | undefined;

process.on('message', ({ folder, at }: { folder?: string; at?: string }) => {
  if (folder === undefined || at === undefined) {
    unlock?.();
    unlock = undefined;
    process.send!('released');
    return;
  }
  while (process.hrtime.bigint() < BigInt(at));
  try {
    unlock = lockFolder(folder);
    process.send!('won');
  } catch (error) {
    process.send!(error instanceof LossError ? error.code : String(error));
  }
});
