import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../node/package-root.js';

const page = readFileSync(path.join(packageRoot(), 'docs/migration.md'), 'utf8');
/** By what comes before the block: digits that its numbers share with those of other packages. */
const agreement = { diffsort: 1e-13, PyEPO: 2e-9, cvxpylayers: 1e-7 };

const NUMBER = /-?\d+(\.\d+)?(e-?\d+)?/g;

describe('what migration.md says that other packages print', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(packageRoot(), 'dist', 'migration-'))));
  after(() => rmSync(folder, { recursive: true }));

  for (const [name, tolerance] of Object.entries(agreement)) {
    it(`is what its program for ${name} prints, to ${tolerance}`, async () => {
      const [, code] = /```js\n([\s\S]*?)```/.exec(page.slice(page.indexOf(`\n## ${name}\n`)))!;
      const theirs = [...code.matchAll(/^console\.log\(.*\); \/\/ ([-\d. ]+)/gm)].map(([, text]) => numbersOf(text));
      const file = path.join(folder, `${name}.mjs`);
      const flat = 'const log = console.log; console.log = (x) => log(JSON.stringify(x.length ? [...x] : [x]));\n';
      writeFileSync(file, code.replace(/^(?=console)/m, flat));
      const { stdout } = await promisify(execFile)(process.execPath, [file]);
      const ours = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as number[]);
      expect(ours.length).to.equal(theirs.length).and.to.be.above(1);
      ours.forEach((numbers, k) => {
        expect(numbers.length, String(theirs[k])).to.equal(theirs[k].length);
        numbers.forEach((number, j) => expect(number).to.be.closeTo(theirs[k][j], tolerance));
      });
    });
  }
});

function numbersOf(text: string): number[] {
  return (text.match(NUMBER) ?? []).map(Number);
}
