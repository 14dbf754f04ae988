import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { packageRoot } from '../../node/package-root.js';
import { linkPackage, temporaryFolder } from '../harness/helpers.js';

const folder = path.join(packageRoot(), 'examples');
const programs = readdirSync(folder).filter((name) => name.endsWith('.js'));
const table = [
  ...readFileSync(path.join(folder, 'README.md'), 'utf8').matchAll(/^\| \[(.*?)\]\(\1\) \| .* \| (.*) \|$/gm),
];
const printed = new Map(
  table.map(([, name, prints]) => [name, [...prints.matchAll(/`(.*?)`/g)].map(([, line]) => line)]),
);

const NUMBER = /-?\d+(\.\d+)?(e-?\d+)?/g;
const words = (line: string): string => line.replace(NUMBER, '#');
const numbers = (line: string): number[] => (line.match(NUMBER) ?? []).map(Number);

/** The same words, and numbers as far as other versions of Node round them alike through a training. */
function expectLine(stdout: string, line: string): void {
  const found = stdout.split('\n').filter((other) => words(other) === words(line));
  const near = (other: string): boolean =>
    numbers(line).every((value, k) => Math.abs(numbers(other)[k] - value) <= 0.02 + 0.05 * Math.abs(value));
  expect(found.some(near), `${line} in:\n${stdout}`).to.equal(true);
}

/** What is known to the digit. */
const exact: Readonly<Record<string, (stdout: string) => void>> = {
  'own-loss.js': (stdout) => expect(stdout).to.match(/^step 5: y = -1.098612289, 1.386294361, off by \de-16$/m), // -log 3, log 4
  'resume.js': (stdout) => {
    const [whole, resumed] = ['whole', 'resumed'].map((which) =>
      new RegExp(`^${which}: +(.*)$`, 'm').exec(stdout)?.[1]
    );
    expect(resumed).to.equal(whole).and.to.include('regret');
  },
};

describe('examples', function() {
  this.timeout(60_000);
  const here = temporaryFolder();

  it('are all in the table, with what they print', () => {
    expect([...printed.keys()]).to.have.members(programs);
    for (const [name, lines] of printed) expect(lines.length, name).to.be.above(0);
  });

  it('are short, and say at their top what they show and how to run them', () => {
    for (const name of programs) {
      const lines = readFileSync(path.join(folder, name), 'utf8').trimEnd().split('\n');
      expect(lines.length, name).to.be.at.most(60);
      expect(lines[0], name).to.match(/^\/\/ .*\.$/);
      expect(lines[1], name).to.equal(`// Run: node examples/${name}`);
    }
  });

  it('have the types of what they use', () => {
    const program = ts.createProgram(programs.map((name) => path.join(folder, name)), {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      types: ['node'],
      allowJs: true,
      checkJs: true,
      strict: true,
      noImplicitAny: false,
      skipLibCheck: true,
      noEmit: true,
    });
    const mistakes = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) =>
      `${path.basename(file?.fileName ?? '')}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
    );
    expect(mistakes).to.deep.equal([]);
  });

  for (const name of programs) {
    it(`${name} prints what the table says`, async () => {
      const options = { cwd: here() };
      const { stdout } = await promisify(execFile)(process.execPath, [path.join(folder, name)], options);
      for (const line of printed.get(name)!) expectLine(stdout, line);
      exact[name]?.(stdout);
    });
  }

  it('run in a project that has the package', async () => {
    linkPackage(here());
    copyFileSync(path.join(folder, 'own-loss.js'), path.join(here(), 'mine.mjs'));
    const { stdout } = await promisify(execFile)(process.execPath, ['mine.mjs'], { cwd: here() });
    exact['own-loss.js'](stdout);
  });
});
