import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../node/package-root.js';

const root = packageRoot();
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(path.join(root, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
];

interface Block {
  readonly page: string;
  readonly language: string;
  readonly code: string;
}

const blocks = pages.flatMap((page): Block[] =>
  [...readFileSync(path.join(root, page), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .map(([, language, code]) => ({ page, language, code }))
);
/** Those of docs/convex.md have a test of their own, which gives them `close`. */
const examples = blocks.filter(({ language, page }) => language === 'js' && page !== 'docs/convex.md');

/** What a block takes from the text around it, by what it begins with. */
const given: readonly (readonly [beginning: string, before: string, after?: string])[] = [
  [
    "import { WorkerPool } from 'newton-losses';",
    "import { openRegistry } from 'newton-losses'; const registry = await openRegistry();",
  ],
  [
    'const distance = abs(',
    `import { batchOf } from 'newton-losses';
     import { abs, createTape, divide, expand, softmin, sort, subtract, sum } from 'newton-losses/autodiff';
     const [n, tau] = [3, 1];
     createTape().record(batchOf([[0.3, -1, 2]]), (y) => {`,
    'return sum(P); });',
  ],
  ["import { runConformance } from 'newton-losses/conformance';", "import plugin from './my-loss.js';"],
  [
    'conformance(plugin, {',
    "import { conformance } from 'newton-losses/conformance'; import plugin from './my-loss.js';",
  ],
  [
    "const loss = await registry.create('blackbox'",
    `import { createRng, openRegistry, zeros } from 'newton-losses';
     const registry = await openRegistry();
     const y = zeros(1, 144);
     y.data.fill(1);
     const paths = [Array.from({ length: 144 }, (_, k) => (k % 13 === 0 ? 1 : 0))];`,
  ],
];
const mocha = 'globalThis.describe = (title, body) => body(); globalThis.it = () => {};\n';

describe('code of README and docs', () => {
  let folder = '';
  before(() => {
    // Inside the package, whose own name its files can import.
    folder = mkdtempSync(path.join(root, 'dist', 'examples-'));
    const own = examples.find(({ code }) => code.includes('export default defineSampleLoss'))!;
    writeFileSync(path.join(folder, 'my-loss.js'), own.code);
    writeFileSync(path.join(folder, 'mocha.mjs'), mocha);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('is JavaScript or for the shell', () => {
    expect(new Set(blocks.map(({ language }) => language))).to.have.all.keys('js', 'sh');
  });

  const run = async (code: string, name: string): Promise<string> => {
    const [, start, end] = given.find(([beginning]) => code.startsWith(beginning)) ?? ['', ''];
    const file = path.join(folder, `${name}.mjs`);
    writeFileSync(file, `import './mocha.mjs';\n${start}\n${code}${end ?? ''}`);
    return (await promisify(execFile)(process.execPath, [file], { cwd: folder })).stdout;
  };

  for (const [k, { page, code }] of examples.entries()) {
    it(`runs: ${page}: ${code.trim().split('\n')[0].slice(0, 60)}`, async () => {
      await run(code, `example-${k}`);
    }).timeout(60_000);
  }

  it('has a first example whose z* is in the order of the target, and near', async () => {
    const z = (await run(`${examples[0].code}console.log(JSON.stringify([...target.data]));`, 'first')).trim();
    const [first, second, third] = JSON.parse(z.slice(z.lastIndexOf('\n') + 1)) as number[];
    expect(second).to.be.lessThan(third);
    expect(third).to.be.lessThan(first);
    expect(Math.max(first, -second)).to.be.lessThan(3);
  }).timeout(60_000);
});
