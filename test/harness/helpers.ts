import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LossError } from '../../core/errors.js';
import { packageRoot } from '../../node/package-root.js';

// What is printed to be typed again depends on whether npm has started the program: here it has not, nor the processes of tests.
delete process.env['npm_command'];

/** The code of the LossError that `act` throws; fails where it throws something else or nothing. */
export function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof LossError) return error.code;
    throw error;
  }
  throw new Error('should have thrown');
}

/** The LossError that `act` rejects with; fails where it rejects with something else or not at all. */
export async function failureOf(act: () => Promise<unknown>): Promise<LossError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof LossError) return error;
    throw error;
  }
  throw new Error('should have been rejected');
}

/** A fresh folder for each test of the surrounding `describe`, removed afterwards. */
export function temporaryFolder(): () => string {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'newton-losses-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}

/** Makes the package one that modules in the folder can import by its name, as if it were installed there. */
export function linkPackage(folder: string): void {
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(packageRoot(), path.join(folder, 'node_modules', 'newton-losses'), 'junction');
}
