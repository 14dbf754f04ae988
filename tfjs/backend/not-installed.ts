import * as tf from '@tensorflow/tfjs-core';
import { LossError } from '../../core/errors.js';
import { saysMissing } from '../../core/messages.js';

/**
 * What catches the import of an optional package: UNSUPPORTED with the command that installs it where it is missing, else
 * what was thrown. An import that is caught may be missing in a bundle, too.
 */
export function notInstalled(packageName: string): (error: unknown) => never {
  return (error) => {
    if (!saysMissing(error, packageName)) throw error;
    throw new LossError('UNSUPPORTED', `not installed: npm install ${packageName}@${tf.version_core}`, {
      cause: error,
    });
  };
}
