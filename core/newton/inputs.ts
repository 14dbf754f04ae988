import type { Batch } from '../batch.js';
import { checkShape, expectBatch } from '../validation.js';
import { LossError } from '../errors.js';
import type { Evaluation } from '../loss.js';
import { attempt, textOf } from '../messages.js';

const METHODS = ['hessian', 'gaussNewton'] as const;

/**
 * The gradient of an evaluation, (N, m) with at least one row and one column; SHAPE for what is not an evaluation, or
 * gives no such thing.
 */
export function gradientOf(evaluation: Evaluation): Batch {
  if (typeof attempt(() => evaluation.gradient) !== 'function') {
    throw new LossError('SHAPE', `newton: expected what a loss's evaluate() returns, got ${textOf(evaluation)}`);
  }
  for (const method of METHODS) {
    const given: unknown = evaluation[method];
    if (given === undefined || typeof given === 'function') continue;
    throw new LossError('SHAPE', `newton: ${method} of the evaluation should be a method, got ${textOf(given)}`);
  }
  const G = evaluation.gradient();
  expectBatch('newton', 'the gradient', G);
  checkShape('newton', 'the gradient', G, Math.max(1, G.rows), Math.max(1, G.cols));
  return G;
}
