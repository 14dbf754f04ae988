import { type Batch, isFloat64Array } from './batch.js';
import { checkBatch, checkFinite } from './validation.js';
import { checkedMatrices, type Guard } from './checked-matrices.js';
import { LossError } from './errors.js';
import type { Capabilities, Evaluation } from './loss.js';
import type { Matrices } from './matrices.js';
import { textOf } from './messages.js';
import { callPlugin, expectMethods } from './plugin-calls.js';

/** What a checked loss evaluates to: matrices, however the plugin gives them. */
export interface CheckedEvaluation extends Evaluation {
  hessian?(): Matrices;
  gaussNewton?(): Matrices;
}

/**
 * What a plugin evaluated at y, with results validated when they are asked for (SHAPE, NONFINITE), and its mistakes
 * (UNSUPPORTED) named: methods that are not as declared, that throw, or that promise.
 */
export function checkedEvaluation(
  name: string,
  capabilities: Capabilities,
  e: Evaluation,
  y: Batch,
): CheckedEvaluation {
  const { rows, cols } = y;
  checkValue(name, e, rows);
  checkMethods(name, capabilities, e);
  const guard: Guard = {
    name,
    call: (method, act) => callPlugin(name, method, act, () => `y (${rows}, ${cols})`),
    out(method, act, width) {
      const batch = guard.call(method, act);
      checkBatch(name, method, batch, rows, width);
      return batch;
    },
  };
  const matrices = (method: 'hessian' | 'gaussNewton'): Matrices =>
    checkedMatrices(guard, method, guard.call(method, () => e[method]!()), y);
  return {
    value: e.value,
    gradient: () => guard.out('gradient', () => e.gradient(), cols),
    ...(e.hessian && { hessian: () => matrices('hessian') }),
    ...(e.gaussNewton && { gaussNewton: () => matrices('gaussNewton') }),
  };
}

function checkValue(name: string, e: Evaluation, rows: number): void {
  expectMethods(name, 'evaluate', e, ['gradient']);
  const value: unknown = e.value;
  if (!isFloat64Array(value)) {
    throw new LossError('SHAPE', `${name}: value should be a Float64Array of ${rows} entries, got ${textOf(value)}`);
  }
  if (value.length !== rows) {
    throw new LossError('SHAPE', `${name}: value should have ${rows} entries, got ${value.length}`);
  }
  checkFinite(name, 'value', value, 1);
}

function checkMethods(name: string, { hessian }: Capabilities, e: Evaluation): void {
  for (const method of ['hessian', 'gaussNewton'] as const) {
    if (e[method] !== undefined) expectMethods(name, 'evaluate', e, [method]);
  }
  const [declared, there] = [hessian !== 'none', e.hessian !== undefined];
  if (declared === there) return;
  const presence = (is: boolean): string => (is ? 'present' : 'absent');
  throw new LossError('UNSUPPORTED', `${name}: hessian is declared ${presence(declared)} and is ${presence(there)}`);
}
