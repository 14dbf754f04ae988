import type { Capabilities } from '../loss.js';
import type { Curvature, NewtonOptions } from './options.js';

export interface CurvatureChoice {
  readonly curvature: Curvature;
  /** Why, as a sentence to print. */
  readonly reason: string;
}

/**
 * What a Newton step is with where nothing is said but `auto`: damping of the size of the matrix, whatever the units of
 * the loss, and eigenvalues made positive, since C + lambda I of an indefinite C leads away from minima. What comes of it:
 * docs/choosing.md.
 */
export const RECIPE = { lambda: { relative: 1 }, definiteness: 'absolute' } as const satisfies Partial<NewtonOptions>;

/**
 * The curvature that is asked for, or what `auto` means for a loss: its Hessian where it has one, not by products
 * alone, else its Fisher matrix where that says something, else none.
 */
export function chooseCurvature(
  { hessian, fisher }: Pick<Capabilities, 'hessian' | 'fisher'>,
  asked: 'auto' | Curvature = 'auto',
): CurvatureChoice {
  if (asked !== 'auto') return { curvature: asked, reason: `${asked}, as asked.` };
  if (hessian === 'exact' || hessian === 'estimate') {
    return {
      curvature: 'hessian',
      reason: `Hessian, since the loss has ${hessian === 'exact' ? 'an exact one' : 'an estimate of it'}.`,
    };
  }
  if (fisher) {
    const has = hessian === 'products' ? 'its Hessian only by products' : 'no Hessian';
    return { curvature: 'fisher', reason: `Fisher matrix, since the loss has ${has}.` };
  }
  return {
    curvature: 'none',
    reason:
      'Plain gradient, since the loss has no Hessian and the outer products of its gradients say nothing of its curvature.',
  };
}
