import type { Expression } from './expression.js';
import { textOfShape } from './shape.js';

/** Longest text of an expression in a message. */
const LONGEST = 160;

/** The expression as it was written, for messages; cut where it is long. */
export function textOf(expression: Expression): string {
  const text = new Text();
  text.add(expression);
  return text.written.length > LONGEST ? `${text.written.slice(0, LONGEST)} ...` : text.written;
}

/**
 * Text that stops growing once it is too long, since shared parts may make expressions far longer than their number of
 * parts.
 */
class Text {
  written = '';

  add(part: Expression | string): void {
    if (this.written.length > LONGEST) return;
    if (typeof part === 'string') this.written += part;
    else if (part.kind === 'linear') this.call(part.name, part.shown);
    else if (part.kind === 'product') this.call(part.name, part.args);
    else if (part.kind === 'atom') this.call(part.name, [...part.args, ...(part.settings ?? [])]);
    else this.written += leafText(part);
  }

  private call(name: string, operands: readonly (Expression | string)[]): void {
    this.add(`${name}(`);
    operands.forEach((operand, k) => {
      if (k > 0) this.add(', ');
      this.add(operand);
    });
    this.add(')');
  }
}

function leafText(leaf: Extract<Expression, { kind: 'variable' | 'parameter' | 'constant' }>): string {
  if (leaf.kind !== 'constant') return leaf.name ?? `${leaf.kind}(${textOfShape(leaf.shape)})`;
  return leaf.text ?? (leaf.data.length === 1 ? String(leaf.data[0]) : `constant(${textOfShape(leaf.shape)})`);
}
