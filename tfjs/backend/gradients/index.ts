import { elementwise } from './elementwise.js';
import { registerKernelGradient } from './gradient.js';
import { layers } from './layers.js';
import { reductions } from './reductions.js';
import { shape } from './shape.js';

/**
 * Registers the gradients of the operations that networks and losses are made of. The Node build of
 * @tensorflow/tfjs-core has none: they come with @tensorflow/tfjs, five times its size, which the native backends load.
 * Ours replace those, so that a run does not depend on what else is loaded; operations that are not here keep theirs.
 */
export function registerGradients(): void {
  for (const gradient of [...elementwise, ...shape, ...reductions, ...layers]) registerKernelGradient(gradient);
}
