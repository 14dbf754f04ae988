import type { Expression } from './expression.js';
import { textOfShape } from './shape.js';

/** Longest text of an expression in a message. */
const LONGEST = 160;

/** The expression as it was written, for messages. */
export function textOf(expression: Expression): string {
  const text = whole(expression);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} ...` : text;
}

function whole(expression: Expression): string {
  switch (expression.kind) {
    case 'variable':
    case 'parameter':
      return expression.name ?? `${expression.kind}(${textOfShape(expression.shape)})`;
    case 'constant':
      if (expression.text !== undefined) return expression.text;
      return expression.data.length === 1 ? String(expression.data[0]) : `constant(${textOfShape(expression.shape)})`;
    case 'linear':
      return call(expression.name, expression.shown);
    case 'product':
      return call(expression.name, expression.args);
    case 'atom':
      return call(expression.name, [...expression.args, ...(expression.settings ?? [])]);
  }
}

function call(name: string, operands: readonly (Expression | string)[]): string {
  return `${name}(${operands.map((operand) => (typeof operand === 'string' ? operand : whole(operand))).join(', ')})`;
}
