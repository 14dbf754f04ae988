import { expect } from 'chai';
import {
  add,
  concat,
  createTape,
  gather,
  logistic,
  min,
  multiply,
  type Operand,
  slice,
  softmin,
  sort,
  square,
  subtract,
  sum,
  type Var,
} from '../../../core/autodiff/index.js';
import { createRng } from '../../../core/random/rng.js';
import { checkDerivatives } from './check-derivatives.js';

/**
 * Control flow relaxed as in AlgoVision, written with the operations directly: what the tape is made to differentiate.
 */

/** p a + (1 - p) b, what is left of an If after both branches. */
function merge(p: Var, a: Operand, b: Operand): Var {
  return add(multiply(p, a), multiply(subtract(1, p), b));
}

/** Ascending, by exchanges that are as sure as their values are apart. */
function bubbleSort(y: Var, beta: number): Var {
  const items = Array.from({ length: y.cols }, (_, j) => slice(y, j, j + 1));
  for (let end = items.length - 1; end > 0; end--) {
    for (let j = 0; j < end; j++) {
      const [a, b] = [items[j], items[j + 1]];
      const wrong = logistic(multiply(beta, subtract(a, b)));
      items[j] = merge(wrong, b, a);
      items[j + 1] = merge(wrong, a, b);
    }
  }
  return concat(...items);
}

/**
 * How often x can be halved before it is at most 1: the expected exit state of a While, over the states that end it.
 */
function halvings(x: Var, beta: number): Var {
  let p = logistic(multiply(beta, subtract(x, 1)));
  let expected = multiply(p, 0);
  for (let count = 1; p.value.some((chance) => chance > 1e-5); count++) {
    x = multiply(x, 0.5);
    const stays = multiply(p, logistic(multiply(beta, subtract(x, 1))));
    expected = add(expected, multiply(subtract(p, stays), count));
    p = stays;
  }
  return expected;
}

/**
 * Edit distance to a fixed word: y (N, length * letters) scores of letters, a substitution as costly as the letter is
 * unlikely.
 */
function editDistance(y: Var, word: readonly number[], letters: number, minimum: (choices: Var) => Var): Var {
  const length = y.cols / letters;
  const zero = multiply(slice(y, 0, 1), 0);
  let above = word.reduce<Var[]>((row, _, j) => [...row, add(zero, j + 1)], [zero]);
  for (let i = 0; i < length; i++) {
    const here = [add(zero, i + 1)];
    word.forEach((letter, j) => {
      const substitution = subtract(1, gather(y, [i * letters + letter]));
      here.push(minimum(concat(add(above[j + 1], 1), add(here[j], 1), add(above[j], substitution))));
    });
    above = here;
  }
  return above[word.length];
}

const softMinimum = (beta: number) => (x: Var) => sum(multiply(softmin(multiply(x, beta)), x));
const hardMinimum = (x: Var): Var => min(min(slice(x, 0, 1), slice(x, 1, 2)), slice(x, 2, 3));

/** Column 0 of what a program gives for each row. */
function valuesOf(rows: readonly number[][], program: (y: Var) => Var): number[] {
  const y = { rows: rows.length, cols: rows[0].length, data: Float64Array.from(rows.flat()) };
  return [...createTape().record(y, program).value];
}

describe('relaxed programs', () => {
  const random = (seed: number, length: number): Float64Array => {
    const rng = createRng(seed);
    return Float64Array.from({ length }, () => rng.normal());
  };

  it('bubble sort sorts as beta grows, and has exact derivatives where it does not', () => {
    const weights = [1, -2, 3, 0.5];
    const rows = [0, 1, 2].map((seed) => [...random(seed, 4)]);
    const [soft, hard] = [bubbleSort, sort].map((f) => valuesOf(rows, (y) => sum(multiply(weights, f(y, 1e8)))));
    soft.forEach((value, i) => expect(value).to.be.closeTo(hard[i], 1e-10));
    for (const seed of [0, 1, 2]) {
      checkDerivatives((y) => sum(multiply(weights, square(bubbleSort(y, 3)))), random(seed, 4), createRng(seed));
    }
  });

  it('while ends by the values of the batch, and counts as beta grows', () => {
    const counts = valuesOf([[0.3], [1.7], [12], [100]], (y) => halvings(y, 1e3));
    [0, 1, 4, 7].forEach((count, i) => expect(counts[i]).to.be.closeTo(count, 1e-12));
    for (const x of [0.9, 1.3, 5.1]) checkDerivatives((y) => halvings(y, 4), Float64Array.of(x), createRng(0));
  });

  it('edit distance counts edits as beta grows', () => {
    const [letters, word] = [3, [0, 1, 1, 2]];
    const oneHot = (given: number[]): number[] =>
      given.flatMap((letter) => [0, 1, 2].map((other) => Number(other === letter)));
    const words = [[0, 1, 1, 2], [1, 1, 2, 0], [2, 2, 2, 2], [0, 1, 2, 2]].map(oneHot);
    for (const minimum of [hardMinimum, softMinimum(1e3)]) {
      expect(valuesOf(words, (y) => editDistance(y, word, letters, minimum))).to.deep.equal([0, 2, 3, 1]);
    }
    checkDerivatives((y) => editDistance(y, word, letters, softMinimum(5)), random(1, 9), createRng(1));
  });
});
