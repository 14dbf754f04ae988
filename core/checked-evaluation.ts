import { type Batch, isFloat64Array } from './batch.js';
import { checkBatch, checkFinite, expectBatch } from './checks.js';
import { LossError } from './errors.js';
import { type CurvatureFactors, once } from './factors.js';
import type { Capabilities, Evaluation } from './loss.js';
import { textOf } from './messages.js';
import { callPlugin, expectMethods, isObject } from './plugin-calls.js';

/**
 * What a plugin evaluated at y, with results validated when they are asked for (SHAPE, NONFINITE), and its mistakes
 * (UNSUPPORTED) named: methods that are not as declared, that throw, or that promise.
 */
export function checkedEvaluation(name: string, capabilities: Capabilities, e: Evaluation, y: Batch): Evaluation {
  const { rows, cols } = y;
  checkValue(name, e, rows);
  checkMethods(name, capabilities, e);
  const call = <T>(method: string, act: () => T): T => callPlugin(name, method, act, () => `y (${rows}, ${cols})`);
  const out = (method: string, act: () => Batch, width: number): Batch => {
    const batch = call(method, act);
    checkBatch(name, method, batch, rows, width);
    return batch;
  };
  const factors = (method: 'hessianFactors' | 'gaussNewtonFactors') =>
    once(() => call(method, () => checkFactors(name, method, call(method, () => e[method]!()), y)));
  return {
    value: e.value,
    gradient: () => out('gradient', () => e.gradient(), cols),
    ...(e.hessian && { hessian: () => out('hessian', () => e.hessian!(), cols * cols) }),
    ...(e.gaussNewton && { gaussNewton: () => out('gaussNewton', () => e.gaussNewton!(), cols * cols) }),
    ...(e.hessianFactors && { hessianFactors: factors('hessianFactors') }),
    ...(e.gaussNewtonFactors && { gaussNewtonFactors: factors('gaussNewtonFactors') }),
    ...(e.hvp && {
      hvp: (v: Batch) => {
        checkBatch(name, 'v', v, rows, cols);
        return out('hvp', () => e.hvp!(v), cols);
      },
    }),
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

const OPTIONAL = ['hessian', 'hvp', 'gaussNewton', 'hessianFactors', 'gaussNewtonFactors'] as const;

function checkMethods(name: string, { hessian, hvp }: Capabilities, e: Evaluation): void {
  for (const method of OPTIONAL) {
    if (e[method] !== undefined) expectMethods(name, 'evaluate', e, [method]);
  }
  for (const [method, declared] of [['hessian', hessian !== 'none'], ['hvp', hvp]] as const) {
    if (declared === (e[method] !== undefined)) continue;
    const presence = (there: boolean): string => (there ? 'present' : 'absent');
    throw new LossError(
      'UNSUPPORTED',
      `${name}: ${method} is declared ${presence(declared)} and is ${presence(!declared)}`,
    );
  }
}

function checkFactors(name: string, what: string, factors: CurvatureFactors, { rows, cols }: Batch): CurvatureFactors {
  if (!isObject(factors)) {
    throw new LossError('SHAPE', `${name}: ${what} should be CurvatureFactors, got ${textOf(factors)}`);
  }
  const { rank, weights, left, right, shift, diagonal } = factors;
  const weightRows = { rows, cols: rank, data: weights };
  expectBatch(name, `${what}, weights by rank,`, weightRows);
  checkBatch(name, `${what}.weights`, weightRows, rows, rank);
  checkBatch(name, `${what}.left`, left, rows * rank, cols);
  if (right !== left) checkBatch(name, `${what}.right`, right, rows * rank, cols);
  if (shift) checkBatch(name, `${what}.shift`, { rows, cols: 1, data: shift }, rows, 1);
  if (diagonal) checkBatch(name, `${what}.diagonal`, diagonal, rows, cols);
  return factors;
}
