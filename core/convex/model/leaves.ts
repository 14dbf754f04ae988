import { LossError } from '../../errors.js';
import { signOfValues } from './curvature.js';
import type { Constant, Expression, Nested, Operand, Parameter, Variable } from './expression.js';
import { checkedShape, entriesOf, type Shape, textOfShape } from './shape.js';

export interface VariableOptions {
  /** For messages. */
  readonly name?: string;
  /** Every entry >= 0. */
  readonly nonneg?: boolean;
  /** Equal to its transpose; kept as one triangle. */
  readonly symmetric?: boolean;
  /** Symmetric and positive semidefinite. */
  readonly psd?: boolean;
}

export interface ParameterOptions extends VariableOptions {
  /** Every entry <= 0. */
  readonly nonpos?: boolean;
}

/**
 * Unknowns of a program.
 *
 *     const x = variable([3], { nonneg: true, name: 'x' });
 */
export function variable(shape: Shape = [], options: VariableOptions = {}): Variable {
  return {
    kind: 'variable',
    ...matrixOptions('variable', shape, options),
    nonneg: options.nonneg === true,
    nonpos: false,
    curvature: 'affine',
    jointCurvature: 'affine',
    hasParameters: false,
  };
}

/**
 * Data of a program that are given when it is solved. The rules use what is declared of their sign; values are held to
 * it.
 *
 *     const weight = parameter([], { nonneg: true, name: 'weight' });
 */
export function parameter(shape: Shape = [], options: ParameterOptions = {}): Parameter {
  return {
    kind: 'parameter',
    ...matrixOptions('parameter', shape, options),
    nonneg: options.nonneg === true,
    nonpos: options.nonpos === true,
    curvature: 'constant',
    jointCurvature: 'affine',
    hasParameters: true,
  };
}

function matrixOptions(
  kind: string,
  shape: Shape,
  options: VariableOptions,
): Pick<Variable, 'shape' | 'name' | 'symmetric' | 'psd'> {
  const subject = options.name ?? kind;
  const checked = checkedShape(shape, subject);
  const psd = options.psd === true;
  const symmetric = psd || options.symmetric === true;
  if (symmetric && !(checked.length === 2 && checked[0] === checked[1])) {
    const asked = psd ? 'psd' : 'symmetric';
    throw new LossError('SHAPE', `${subject}: ${asked} needs a square matrix, got shape ${textOfShape(checked)}`);
  }
  return { shape: checked, name: options.name, symmetric, psd };
}

/** Known numbers: one, an array (nested for matrices), or row-major data with a shape. */
export function constant(value: number | Nested | Float64Array, shape?: Shape): Constant {
  if (typeof value === 'number') return constantOf(Float64Array.of(value), shape ?? []);
  if (value instanceof Float64Array) return constantOf(value.slice(), shape ?? [value.length]);
  const { data, shape: found } = flattened(value);
  return constantOf(data, shape ?? found);
}

/** A constant that keeps the data as they are; `text` says how it was computed. */
export function constantOf(data: Float64Array, shape: Shape, text?: string): Constant {
  const subject = text ?? 'constant';
  const checked = checkedShape(shape, subject);
  if (entriesOf(checked) !== data.length) {
    throw new LossError(
      'SHAPE',
      `${subject}: shape ${textOfShape(checked)} has ${entriesOf(checked)} entries, got ${data.length}`,
    );
  }
  const odd = data.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) throw new LossError('NONFINITE', `${subject}: entry ${odd} is ${data[odd]}, expected finite numbers`);
  const fixed = { curvature: 'constant', jointCurvature: 'constant', hasParameters: false } as const;
  return { kind: 'constant', shape: checked, data, text, ...signOfValues(data), ...fixed };
}

/** The numbers of nested arrays, which must be rows of equal length. */
export function flattened(value: Nested): { data: Float64Array; shape: Shape } {
  const shape: number[] = [];
  for (let at: number | Nested | undefined = value; Array.isArray(at); at = (at as Nested)[0]) shape.push(at.length);
  const data: number[] = [];
  const visit = (part: number | Nested, depth: number): void => {
    const fits = typeof part === 'number'
      ? depth === shape.length
      : Array.isArray(part) && part.length === shape[depth];
    if (!fits) {
      throw new LossError('SHAPE', `constant: rows differ in length or depth; the first say ${textOfShape(shape)}`);
    }
    if (typeof part === 'number') data.push(part);
    else for (const inner of part) visit(inner, depth + 1);
  };
  visit(value, 0);
  return { data: Float64Array.from(data), shape };
}

function isExpression(operand: Operand): operand is Expression {
  return typeof operand === 'object' && 'kind' in operand;
}

export function expressionOf(operand: Operand): Expression {
  if (typeof operand === 'number' || Array.isArray(operand) || operand instanceof Float64Array) {
    return constant(operand);
  }
  if (typeof operand === 'object' && operand !== null && isExpression(operand)) return operand;
  throw new LossError('PARAMS', `expected an expression, a number or an array of numbers, got ${String(operand)}`);
}
