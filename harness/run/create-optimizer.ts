import { Adam, AdamW, Rmsprop, Sgd } from '../../tfjs/index.js';
import type { Optimizer } from '../../tfjs/optimizer.js';
import type { OptimizerSettings } from '../experiments/optimizers.js';

/** The optimizer of an experiment, at its beginning. */
export function createOptimizer(settings: OptimizerSettings): Optimizer {
  switch (settings.name) {
    case 'adam':
      return new Adam(settings);
    case 'adamw':
      return new AdamW(settings);
    case 'rmsprop':
      return new Rmsprop(settings);
    case 'sgd':
      return new Sgd(settings);
  }
}
