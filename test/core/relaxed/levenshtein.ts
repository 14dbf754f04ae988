import { add, concat, type Operand, slice, softmax, type Var } from '../../../core/autodiff/index.js';
import { parameters } from '../../../core/parameters.js';
import {
  assign,
  assignAt,
  at,
  type Body,
  defineRelaxedLoss,
  type Expression,
  For,
  If,
  minimum,
  sameCategory,
  type State,
} from '../../../core/relaxed/index.js';

/**
 * Edit distances of all beginnings of two words, (n + 1, k + 1) in `d`. Words are arrays (n, letters) of distributions
 * over letters.
 */
export function editDistances(n: number, k: number, letters: number): Body {
  const letter = (word: string, i: number): Expression => (s) => slice(s[word], i * letters, (i + 1) * letters);
  const entry = (s: State, i: number, j: number): Var => slice(s.d, i * (k + 1) + j, i * (k + 1) + j + 1);
  const edits = (i: number, j: number): Expression => (s) =>
    concat(add(entry(s, i - 1, j), 1), add(entry(s, i, j - 1), 1), add(entry(s, i - 1, j - 1), s.substitution));
  return For(n, (i) =>
    For(k, (j) => [
      If(sameCategory(letter('word', i), letter('other', j)), assign('substitution', 0), assign('substitution', 1)),
      assignAt('d', at([n + 1, k + 1], i + 1, j + 1), minimum(edits(i + 1, j + 1))),
    ]));
}

/** The variables at the start: distances from and to the empty word are lengths. */
export function wordsToCompare(n: number, k: number, word: Operand, other: Operand): Record<string, Operand> {
  const d = Float64Array.from({ length: (n + 1) * (k + 1) }, (_, e) => Math.max(e % (k + 1), Math.floor(e / (k + 1))));
  return { word, other, d, substitution: 0 };
}

/** How far the word that the network reads, y (N, read * letters) scores of letters, is from the word that is there. */
export default defineRelaxedLoss({
  name: 'levenshtein',
  title: 'Relaxed Levenshtein distance',
  source: 'test',
  params: parameters({
    beta: { type: 'number', exclusiveMinimum: 0, default: 10 },
    letters: { type: 'integer', minimum: 1, default: 2 },
    read: { type: 'integer', minimum: 1, default: 2 },
    length: { type: 'integer', minimum: 1, default: 3 },
  }),
  target: { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 1 },
  capabilities: { nonnegative: true },
  create: ({ beta, letters, read, length }) => ({
    outputs: read * letters,
    reject(t) {
      const fits = t.length === length && t.every((letter) => letter < letters);
      return fits ? undefined : `should be ${length} letters below ${letters}, got ${t.join(' ')}`;
    },
    settings: { beta },
    variables(y, words) {
      const oneHot = words.map((t) => t.flatMap((c) => Array.from({ length: letters }, (_, a) => Number(a === c))));
      return wordsToCompare(read, length, softmax(y, { shape: [read, letters], axis: 1 }), oneHot);
    },
    program: () => editDistances(read, length, letters),
    output: 'd',
    loss: (d) => slice(d, d.cols - 1, d.cols),
  }),
  sample({ letters, read, length }, rng, rows) {
    const cols = read * letters;
    const data = Float64Array.from({ length: rows * cols }, () => 2 * rng.normal());
    const words = Array.from({ length: rows }, () => Array.from({ length }, () => rng.integer(letters)));
    return { y: { rows, cols, data }, targets: words };
  },
});
