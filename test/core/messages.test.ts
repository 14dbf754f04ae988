import { expect } from 'chai';
import { LossError } from '../../core/errors.js';
import { nearest, reasonOf, saysMissing, textOf } from '../../core/messages.js';
import { hostileValues } from './wrong-values.js';

describe('textOf', () => {
  it('writes plain data as JSON does', () => {
    for (const value of ['a "b"', 1.5, true, null, [1, [2, 'x']], { a: 1, b: { c: [] } }]) {
      expect(textOf(value)).to.equal(JSON.stringify(value));
    }
  });

  it('writes what JSON has no form for', () => {
    class Point {
      x = 1;
    }
    const cases: [unknown, string][] = [
      [undefined, 'undefined'],
      [NaN, 'NaN'],
      [[Infinity, undefined], '[Infinity,undefined]'],
      [12n, '12n'],
      [{ k: 3n }, '{"k":3n}'],
      [Symbol('s'), 'Symbol(s)'],
      [Math.max, 'the function max'],
      [() => 1, 'a function'],
      [new Map([[1, 2]]), 'a Map'],
      [new Date(0), 'a Date'],
      [Promise.resolve(), 'a Promise'],
      [Float32Array.of(1, 0.5), 'Float32Array [1,0.5]'],
      [new DataView(new ArrayBuffer(8)), 'a DataView'],
      [new TypeError('no'), 'TypeError: no'],
      [new Point(), 'Point {"x":1}'],
      [Object.create(null), '{}'],
    ];
    for (const [value, text] of cases) expect(textOf(value)).to.equal(text);
  });

  it('is short, and quick, for anything', () => {
    const values = [
      ...hostileValues(),
      'x'.repeat(1e6),
      new Array(1e9),
      new Float64Array(1e6),
      Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key-${i}`, i])),
      [[[[[[1]]]]]],
    ];
    for (const value of values) expect(textOf(value).length).to.be.within(1, 80);
    expect(textOf('x'.repeat(1000), 200).length).to.equal(200);
  });
});

describe('reasonOf', () => {
  it('is the message of an error, or what was thrown', () => {
    expect(reasonOf(new LossError('PARAMS', 'too small'))).to.equal('too small');
    expect(reasonOf(new Error(''))).to.equal('Error');
    expect(reasonOf('text')).to.equal('"text"');
    for (const value of hostileValues()) expect(reasonOf(value)).to.be.a('string').that.is.not.equal('');
  });
});

describe('saysMissing', () => {
  it('knows the words of Node, bundlers and browsers, and takes no other package for the one', () => {
    const texts = [
      "Cannot find package '@a/b' imported from /home/someone/it.js",
      'Could not resolve "@a/b" imported by "c". Is it installed?',
      "Failed to resolve module specifier '@a/b'",
      'The specifier “@a/b” was a bare specifier, but was not remapped to anything.',
    ];
    for (const text of texts) {
      expect(saysMissing(new Error(text), '@a/b'), text).to.equal(true);
      expect(saysMissing(new Error(text), '@a/bb')).to.equal(false);
      expect(saysMissing(new Error(text), 'b')).to.equal(false);
    }
    for (const value of hostileValues()) expect(saysMissing(value, '@a/b')).to.equal(false);
  });
});

describe('nearest', () => {
  const names = ['softsort', 'neuralsort', 'dsn-cauchy', 'dsn-logistic', 'mse', 'k'];

  it('is the name with the fewest letters wrong, if they are few', () => {
    const meant: Record<string, string | undefined> = {
      softsrot: 'softsort', // a swap
      sofsort: 'softsort', // dropped
      'dsn-cauchyy': 'dsn-cauchy', // added
      'dsn-logixtic': 'dsn-logistic', // changed
      mes: 'mse',
      bellman: undefined,
      'x-y-z': undefined,
      '': 'k', // one letter to add
      softsort: 'softsort',
    };
    for (const [name, expected] of Object.entries(meant)) expect(nearest(name, names), name).to.equal(expected);
    expect(nearest('anything', [])).to.equal(undefined);
  });

  it('is the first of equals', () => {
    expect(nearest('bat', ['cat', 'rat'])).to.equal('cat');
  });
});
