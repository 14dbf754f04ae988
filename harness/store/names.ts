import { LossError } from '../../core/errors.js';
import { didYouMean } from '../../core/messages.js';

/** Only asked for in full: `EM` is that of `metrics.EM`. */
const FULL_ONLY = 'best.';

/**
 * The column that a name stands for: itself, `loss.name` for `loss`, or the one that ends in it, `newton.lambda` for
 * `lambda`. PARAMS where there is none, or more than one.
 */
export function columnOf(name: string, columns: readonly string[]): string {
  const found = candidates(name, columns);
  if (found.length === 1) return found[0];
  if (found.length > 1) {
    throw new LossError('PARAMS', `${name} may be ${found.join(' or ')}: write which`);
  }
  const names = columns.flatMap((column) => [column, ...tails(column)]);
  throw new LossError(
    'PARAMS',
    `no run has ${JSON.stringify(name)}${didYouMean(name, names)}; there are ${columns.join(', ')}`,
  );
}

/** The shortest name that stands for a column. */
export function shortName(column: string, columns: readonly string[]): string {
  const standsFor = (name: string): boolean => {
    const found = candidates(name, columns);
    return found.length === 1 && found[0] === column;
  };
  return tails(column).find(standsFor) ?? column;
}

function candidates(name: string, columns: readonly string[]): string[] {
  const whole = [name, `${name}.name`].find((column) => columns.includes(column));
  return whole === undefined ? columns.filter((column) => tails(column).includes(name)) : [whole];
}

/** Names that a column may be asked for by besides its own, the shortest first. */
function tails(column: string): string[] {
  if (column.startsWith(FULL_ONLY)) return [];
  const parts = column.replace(/\.name$/, '').split('.');
  const named = parts.map((_, k) => parts.slice(k).join('.')).reverse();
  return named.filter((tail) => tail !== column);
}
