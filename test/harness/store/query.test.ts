import { expect } from 'chai';
import { LossError } from '../../../core/errors.js';
import { createRng, type Rng } from '../../../core/random/rng.js';
import { matcher } from '../../../harness/store/matching.js';
import { type Operator, parseQuery, type Query } from '../../../harness/store/query.js';
import type { Values } from '../../../harness/store/values.js';

const is = (name: string, value: string, operator: Operator = '='): Query => ({ name, operator, value });

/** What `parseQuery` says is wrong. */
function faultOf(text: string): string {
  try {
    parseQuery(text);
  } catch (error) {
    if (error instanceof LossError && error.code === 'PARAMS') return error.message;
    throw error;
  }
  throw new Error(`should have been refused: ${text}`);
}

describe('queries', () => {
  it('are comparisons with and, or, not and parentheses', () => {
    const [a, b, c] = [is('a', '1'), is('b', '2'), is('c', '3')];
    expect(parseQuery('loss=softsort')).to.deep.equal(is('loss', 'softsort'));
    expect(parseQuery('a=1 and b=2 or not c=3')).to.deep.equal({ any: [{ all: [a, b] }, { not: c }] });
    expect(parseQuery('a=1 AND(b = 2 Or c=3)')).to.deep.equal({ all: [a, { any: [b, c] }] });
    expect(parseQuery('not not(a=1)')).to.deep.equal({ not: { not: a } });
    expect(parseQuery('a=1 and b=2 and c=3')).to.deep.equal({ all: [a, b, c] });
    for (const sign of ['=', '!=', '<', '<=', '>', '>=', '~'] as const) {
      expect(parseQuery(`a${sign}1`)).to.deep.equal(is('a', '1', sign));
    }
  });

  it('take names and values in quotes as they are', () => {
    expect(parseQuery(`"odd name" = 'it is "so"'`)).to.deep.equal(is('odd name', 'it is "so"'));
    expect(parseQuery(String.raw`a = "\"\\ and"`)).to.deep.equal(is('a', String.raw`"\ and`));
    expect(parseQuery(`"not"=or`)).to.deep.equal(is('not', 'or'));
    expect(parseQuery('a=""')).to.deep.equal(is('a', ''));
    expect(parseQuery('folder~runs/[a-z]+')).to.deep.equal(is('folder', 'runs/[a-z]+', '~'));
    expect(parseQuery('metrics.EM>=1e-3')).to.deep.equal(is('metrics.EM', '1e-3', '>='));
  });

  it('that cannot be read are refused, with the place', () => {
    const faults: [query: string, at: number, expected: string, got: string][] = [
      ['', 1, 'a name', 'the end'],
      ['loss', 5, 'one of = != < <= > >= ~', 'the end'],
      ['loss softsort', 6, 'one of = != < <= > >= ~', '"softsort"'],
      ['loss=', 6, 'a value', 'the end'],
      ['n=3 m=4', 5, 'and, or, or the end', '"m=4"'],
      ['(n=3', 5, 'and, or, or )', 'the end'],
      ['n=3)', 4, 'and, or, or the end', '")"'],
      ['and n=3', 1, 'a name', '"and n=3"'],
      ['n=3 or', 7, 'a name', 'the end'],
      ['n<many', 3, 'a number', '"many"'],
      ['n~"("', 3, 'a regular expression', String.raw`"\"(\""`],
      ['n="3', 3, 'another " after it', String.raw`"\"3"`],
      ['n!3', 2, '!=', '"!3"'],
      ['n==3', 3, 'a value', '"=3"'],
    ];
    for (const [query, at, expected, got] of faults) {
      const where = `character ${at} of ${JSON.stringify(query)}`;
      expect(faultOf(query)).to.equal(`the query cannot be read at ${where}: expected ${expected}, got ${got}`);
    }
    expect(faultOf('('.repeat(1e5))).to.match(/expected at most 100 parentheses/).and.have.lengthOf.below(400);
    expect(faultOf('not '.repeat(1e5))).to.match(/at most 100/);
  });

  it('come back from their texts', () => {
    const rng = createRng(12);
    for (let k = 0; k < 2000; k++) {
      const query = randomQuery(rng, 4);
      const text = textOf(query, rng);
      expect(parseQuery(text), text).to.deep.equal(query);
    }
  });

  it('of noise are refused with a code, or read', () => {
    const rng = createRng(13);
    const pieces = [
      '(',
      ')',
      '=',
      '!',
      '!=',
      '<',
      '>',
      '~',
      '"',
      "'",
      '\\',
      ' ',
      '\n',
      'and',
      'or',
      'not',
      'n',
      '3',
      'é',
      '\0',
      '[',
      '*',
    ];
    let refused = 0;
    for (let k = 0; k < 5000; k++) {
      const text = Array.from({ length: below(rng, 12) }, () => pieces[below(rng, pieces.length)]).join('');
      try {
        parseQuery(text);
      } catch (error) {
        refused++;
        expect(error, text).to.be.instanceOf(LossError).with.property('code', 'PARAMS');
      }
    }
    expect(refused).to.be.within(3500, 4999);
  });
});

describe('what a query asks for', () => {
  const values: Values = { n: 10, loss: 'softsort', lambda: 0.1, finished: true, seed: 0, empty: '' };
  const matches = (text: string): boolean => matcher(parseQuery(text), (name) => name)(values);

  it('is equal as a number or a text', () => {
    for (
      const text of ['n=10', 'n=1e1', 'n="10"', 'loss=softsort', 'finished=true', 'lambda=.1', 'seed=0', 'empty=""']
    ) {
      expect(matches(text), text).to.equal(true);
      expect(matches(text.replace('=', '!=')), text).to.equal(false);
    }
    for (const text of ['n=1', 'n=ten', 'seed=""', 'loss=Softsort', 'finished=1', 'other=undefined', 'other=""']) {
      expect(matches(text), text).to.equal(false);
      expect(matches(text.replace('=', '!=')), text).to.equal(true);
    }
  });

  it('is smaller or larger as a number, and not where it is none', () => {
    for (const text of ['n<11', 'n<=10', 'n>9', 'n>=10', 'lambda<1', 'seed>-1']) {
      expect(matches(text), text).to.equal(true);
    }
    for (const text of ['n<10', 'n>10', 'n<=9.99', 'n>=11', 'loss<5', 'loss>5', 'other<5', 'other>=0', 'finished>0']) {
      expect(matches(text), text).to.equal(false);
    }
  });

  it('has a regular expression somewhere', () => {
    for (const text of ['loss~soft', 'loss~^softsort$', 'n~^1', 'loss~"soft|neural"', 'finished~t']) {
      expect(matches(text), text).to.equal(true);
    }
    for (const text of ['loss~neural', 'loss~^sort', 'other~.', 'other~undefined']) {
      expect(matches(text), text).to.equal(false);
    }
  });

  it('is joined by logic', () => {
    expect(matches('n=10 and loss=softsort')).to.equal(true);
    expect(matches('n=10 and loss=x or seed=0')).to.equal(true);
    expect(matches('n=10 and (loss=x or seed=1)')).to.equal(false);
    expect(matches('not (n=10 and loss=x)')).to.equal(true);
  });
});

function below(rng: Rng, n: number): number {
  return Math.floor(rng.uniform() * n);
}

const texts = [
  'loss',
  'a.b',
  'and',
  'Not',
  '',
  ' ',
  '"',
  "'",
  '\\',
  '"\'\\"',
  '(x)',
  '=',
  '!=',
  '1e3',
  '-.5',
  'é\n',
  '~^$',
];
const signs = ['=', '!=', '<', '<=', '>', '>=', '~'] as const;

function randomQuery(rng: Rng, depth: number): Query {
  const pick = <T>(from: readonly T[]): T => from[below(rng, from.length)];
  const kind = depth === 0 ? 0 : below(rng, 4);
  if (kind === 1) return { not: randomQuery(rng, depth - 1) };
  const parts = (): Query[] => Array.from({ length: 2 + below(rng, 2) }, () => randomQuery(rng, depth - 1));
  if (kind === 2) return { all: parts() };
  if (kind === 3) return { any: parts() };
  const operator = pick(signs);
  const suits = texts.filter((text) => {
    if (/[<>]/.test(operator)) return /^(1e3|-\.5)$/.test(text);
    return operator !== '~' || !['\\', '"\'\\"'].includes(text); // which are no regular expressions, or another
  });
  return { name: pick(texts), operator, value: pick(suits) };
}

/** A text of a query, with no more parentheses than it needs but now and then. */
function textOf(query: Query, rng: Rng): string {
  const joined = (parts: readonly Query[], word: string): string =>
    parts.map((part) => inner(part, word === 'or' ? ['any'] : ['any', 'all'])).join(` ${word} `);
  const inner = (part: Query, parenthesised: readonly string[]): string => {
    const text = textOf(part, rng);
    return parenthesised.some((key) => key in part) || rng.uniform() < 0.2 ? `(${text})` : text;
  };
  if ('not' in query) return `not ${inner(query.not, ['any', 'all'])}`;
  if ('all' in query) return joined(query.all, 'and');
  if ('any' in query) return joined(query.any, 'or');
  const space = ['', ' ', '\n\t'][below(rng, 3)];
  return `${quoted(query.name, rng)}${space}${query.operator}${space}${quoted(query.value, rng)}`;
}

function quoted(text: string, rng: Rng): string {
  if (/^[a-z0-9.-]+$/i.test(text) && !/^(and|or|not)$/i.test(text) && rng.uniform() < 0.7) return text;
  const mark = rng.uniform() < 0.5 ? '"' : "'";
  return `${mark}${text.replaceAll(/["'\\]/g, String.raw`\$&`)}${mark}`;
}
