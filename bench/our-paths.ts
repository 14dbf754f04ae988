import { batchOf } from '../core/batch.js';
import { newtonStep, type NewtonOptions } from '../core/newton/index.js';
import { openRegistry } from '../node/open-registry.js';
import { createRng } from '../core/random/rng.js';
import type { Contenders, PathCase, Step } from './protocol.js';

/** Ways to a Newton direction that count as cheap, and those beside which they do. */
export const NEWTON: Readonly<Record<string, NewtonOptions>> = {
  'Newton, Fisher': { curvature: 'fisher', lambda: 1000 },
  'Newton, Hessian from 3 products': { curvature: 'hessian', lambda: 1000, products: 3 },
  'Newton, Hessian from 4 products': { curvature: 'hessian', lambda: 1000, products: 4 },
  'Newton, Gauss-Newton': { curvature: 'gauss-newton', lambda: 1000 },
};

/**
 * The loss as the registry hands it out, AlgoVision's source, which does not absorb: mean value and gradients; these
 * and a product; Newton directions.
 */
export async function pathContenders({ params, y, targets }: PathCase): Promise<Contenders> {
  const loss = await (await openRegistry()).create('bellman-ford', { ...params, absorbSource: false });
  const batch = batchOf(y);
  const rng = createRng(0);
  const direction = { ...batch, data: batch.data.map(() => rng.normal()) };
  const steps: Record<string, Step> = {
    gradient() {
      const e = loss.evaluate(batch, targets, rng);
      return [[e.value.reduce((sum, v) => sum + v, 0) / y.length], e.gradient().data];
    },
    'gradient and product'() {
      const e = loss.evaluate(batch, targets, rng);
      return [e.gradient().data, e.hessian!().times(direction).data];
    },
  };
  for (const [name, options] of Object.entries(NEWTON)) {
    steps[name] = () => [newtonStep(loss.evaluate(batch, targets, rng), options).direction.data];
  }
  return Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, () => Promise.resolve(step)]));
}
