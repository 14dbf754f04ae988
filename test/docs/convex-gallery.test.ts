import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as convex from '../../core/convex/index.js';
import * as core from '../../node/index.js';
import { packageRoot } from '../../node/package-root.js';

interface Example {
  /** The heading or paragraph that it follows. */
  readonly title: string;
  readonly code: string;
}

const text = readFileSync(path.join(packageRoot(), 'docs/convex.md'), 'utf8');
const examples = [...text.matchAll(/([^\n]+)\n(?:[^\n`#]+\n)*\n```js\n([\s\S]*?)```/g)]
  .map(([, title, code]): Example => ({ title: title.slice(0, 60), code }));

function close(got: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(got.length).to.equal(expected.length);
  for (let k = 0; k < got.length; k++) expect(got[k], `entry ${k}`).to.be.closeTo(expected[k], 1e-6);
}

const entries = { 'newton-losses': core, 'newton-losses/convex': convex };

/** The example with its imports taken from the package's entries: each has to be exported. */
async function run(code: string): Promise<void> {
  const body = code.replace(
    /import \{([^}]*)\} from '(newton-losses(?:\/convex)?)';/g,
    (_, names: string, entry: string) => {
      const exported = entries[entry as keyof typeof entries];
      for (const name of names.split(',').filter((part) => part.trim())) expect(exported).to.have.property(name.trim());
      return `const {${names}} = entries['${entry}'];`;
    },
  );
  expect(body).not.to.match(/^import/m);
  const example = new Function('entries', 'close', 'equal', `'use strict'; return (async () => {${body}})();`) as (
    ...given: unknown[]
  ) => Promise<void>;
  await example(entries, close, (got: unknown, expected: unknown) => expect(got).to.equal(expected));
}

describe('examples of docs/convex.md', () => {
  it('are all found', () => {
    expect(examples.length).to.equal(text.split('```js').length - 1);
    expect(examples.length).to.be.at.least(15);
  });

  for (const [k, { title, code }] of examples.entries()) {
    it(`${k + 1}: ${title}`, () => run(code));
  }

  it('name every function that there is', () => {
    const functions = Object.entries(convex).filter(([, value]) => typeof value === 'function').map(([name]) => name);
    const internal = ['checkParameter', 'packParameters', 'programOf', 'textOf', 'evaluate', 'identity', 'stretch'];
    expect(functions.filter((name) => !text.includes(`${name}`) && !internal.includes(name))).to.deep.equal([]);
  });
});
