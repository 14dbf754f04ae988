import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../node/package-root.js';

const page = readFileSync(path.join(packageRoot(), 'docs/results.md'), 'utf8');
const commands = page.match(/^node tools\/results-tables\.mjs .*$/gm) ?? [];

describe('tables of docs/results.md', () => {
  it('are made by commands', () => expect(commands).to.have.lengthOf.at.least(1));

  for (const command of commands) {
    it(`are what it prints: ${command}`, () => {
      const words = command.match(/'[^']*'|\S+/g)!.map((word) => word.replaceAll("'", ''));
      const printed = execFileSync(process.execPath, words.slice(1), { cwd: packageRoot(), encoding: 'utf8' });
      expect(page).to.include(printed.trim());
    });
  }
});
