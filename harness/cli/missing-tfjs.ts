import { LossError } from '../../core/errors.js';
import { saysMissing } from '../../core/messages.js';
import { testedTfjs } from './package-version.js';

const CORE = '@tensorflow/tfjs-core';
const install = `npm install ${CORE}@${testedTfjs} @tensorflow/tfjs-backend-wasm@${testedTfjs}`;

/** UNSUPPORTED, with the command that installs TensorFlow.js, where an error or one of its causes is that it is missing. */
export function missingTfjs(error: unknown): LossError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && saysMissing(at, CORE)) {
      return new LossError('UNSUPPORTED', `${CORE} is not installed: ${install}`, { cause: error });
    }
  }
  return undefined;
}
