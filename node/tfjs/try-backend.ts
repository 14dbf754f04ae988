import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, tryBackend } from './backend.js';

/**
 * A program of its own: tries the backend that its argument names, and prints what `BackendProbe` wants to know of it.
 */
const trial = await tryBackend(process.argv[2] as BackendName);
const reason = 'reason' in trial ? trial.reason : undefined;
const started = tf.getBackend() === 'tensorflow' ? (tf.backend() as { isUsingGpuDevice?: boolean }) : undefined;
process.stdout.write(`\n${JSON.stringify({ reason, gpu: started?.isUsingGpuDevice })}\n`);
