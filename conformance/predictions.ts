import { largestOf } from './vectors.js';

/**
 * Outputs that fit a target best, up to a factor: what the suite guesses from the target alone. An array of m numbers
 * is taken as outputs and as minus outputs, a class index as an output above the others and below; of other targets
 * nothing is known.
 */
export function predictionsOf(target: unknown, m: number): Float64Array[] {
  const guess = guessOf(target, m);
  if (!guess || largestOf(guess) === 0) return guess ? [guess] : [];
  return [guess, guess.map((x) => -x)];
}

function guessOf(target: unknown, m: number): Float64Array | undefined {
  if (Array.isArray(target) && target.length === m && target.every((x) => typeof x === 'number')) {
    return Float64Array.from(target);
  }
  if (typeof target === 'number' && Number.isInteger(target) && target >= 0 && target < m) {
    return Float64Array.from({ length: m }, (_, j) => (j === target ? 1 : 0));
  }
  return undefined;
}
