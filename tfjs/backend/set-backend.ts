import * as tf from '@tensorflow/tfjs-core';
import { LossError } from '../../core/errors.js';

/** Makes a registered backend current, or throws what kept it from starting, which tfjs only logs. */
export async function setBackend(name: string): Promise<void> {
  if (await tf.setBackend(name)) return;
  await tf.findBackendFactory(name)?.();
  throw new LossError('UNSUPPORTED', `the ${name} backend of tfjs failed to initialise`);
}
