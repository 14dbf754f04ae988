import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { algorithmChecks, runAlgorithmConformance } from '../../conformance/index.js';
import { modelChecks } from '../../harness/conformance/model-laws.js';
import { taskChecks } from '../../harness/conformance/task-laws.js';
import type { AlgorithmPlugin } from '../../core/algorithms/algorithm.js';
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
/** Those of docs/convex.md have a test of their own, which gives them `close`, and those for browsers run there. */
const elsewhere = ['docs/convex.md', 'docs/browser.md'];
const examples = blocks.filter(({ language, page }) => language === 'js' && !elsewhere.includes(page));

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
    "import { readRun, readRuns, selectRuns } from 'newton-losses/harness';",
    "import { mkdirSync } from 'node:fs'; mkdirSync('runs', { recursive: true });",
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
/** Modules that others import, by a part of their block. */
const modules: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    'my-loss': 'export default defineSampleLoss',
    seam: 'export default defineAlgorithm',
    signs: 'export default defineTask',
  }).map((
    [name, part],
  ) => [name, examples.find(({ code }) => code.includes(part))!.code]),
);
const mocha = 'globalThis.describe = (title, body) => body(); globalThis.it = () => {};\n';

describe('code of README and docs', () => {
  let folder = '';
  before(() => {
    // Inside the package, whose own name its files can import.
    folder = mkdtempSync(path.join(root, 'dist', 'examples-'));
    for (const [name, code] of Object.entries(modules)) writeFileSync(path.join(folder, `${name}.js`), code);
    writeFileSync(path.join(folder, 'mocha.mjs'), mocha);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('is JavaScript, an experiment, for the shell or a reference', () => {
    expect(new Set(blocks.map(({ language }) => language))).to.have.all.keys('js', 'json', 'sh', 'bibtex');
  });

  const whole = (code: string): string => {
    const [, start, end] = given.find(([beginning]) => code.startsWith(beginning)) ?? ['', ''];
    return `${start}\n${code}${end ?? ''}`;
  };

  const run = async (code: string, name: string): Promise<string> => {
    const file = path.join(folder, `${name}.mjs`);
    writeFileSync(file, `import './mocha.mjs';\n${whole(code)}`);
    return (await promisify(execFile)(process.execPath, [file], { cwd: folder })).stdout;
  };

  for (const [k, { page, code }] of examples.entries()) {
    it(`runs: ${page}: ${code.trim().split('\n')[0].slice(0, 60)}`, async () => {
      await run(code, `example-${k}`);
    }).timeout(60_000);
  }

  it('is strict TypeScript too', () => {
    const files = examples.map(({ code }, k) => {
      const file = path.join(folder, `example-${k}.ts`);
      writeFileSync(file, `${whole(code)}\nexport {};\n`);
      return file;
    });
    for (const [name, code] of Object.entries(modules)) writeFileSync(path.join(folder, `${name}.ts`), code);
    const program = ts.createProgram(files, {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      types: ['node', 'mocha'],
      strict: true,
      noEmit: true,
    });
    const ours = program.getSourceFiles().filter(({ fileName }) => !fileName.includes('/node_modules/'));
    const found = [
      ...program.getOptionsDiagnostics(),
      ...program.getGlobalDiagnostics(),
      ...ours.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
    ];
    const mistakes = found.map(({ file, messageText, start }) => {
      const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line : 0;
      const where = file ? file.text.split('\n')[line] : '';
      return `${where}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    expect(mistakes).to.deep.equal([]);
  }).timeout(120_000);
  it('has tables of all laws of tasks and of models', () => {
    const tables = readFileSync(path.join(root, 'docs/own-tasks.md'), 'utf8').matchAll(/^\| `([\w-]+)` \| (.*?) \|$/gm);
    expect([...tables].map(([, name, law]) => ({ name, law }))).to.deep.equal(
      [...taskChecks, ...modelChecks].map(({ name, law }) => ({ name, law })),
    );
  });

  it('has a table of all laws of algorithms', () => {
    const table = readFileSync(path.join(root, 'docs/algorithms.md'), 'utf8').matchAll(/^\| `([\w-]+)` \| (.*?) \|/gm);
    expect([...table].map(([, name, law]) => ({ name, law }))).to.deep.equal(
      algorithmChecks.map(({ name, law }) => ({ name, law })),
    );
  });

  it('has an example of an algorithm that keeps them', async () => {
    const plugin = (await import(pathToFileURL(path.join(folder, 'seam.js')).href)) as { default: AlgorithmPlugin };
    const outcomes = runAlgorithmConformance(plugin.default).map(({ outcome }) => outcome);
    expect(new Set(outcomes)).to.deep.equal(new Set(['passed', 'not applicable']));
  });

  it('has a first example whose z* is in the order of the target, and near', async () => {
    const z = (await run(`${examples[0].code}console.log(JSON.stringify([...target.data]));`, 'first')).trim();
    const [first, second, third] = JSON.parse(z.slice(z.lastIndexOf('\n') + 1)) as number[];
    expect(second).to.be.lessThan(third);
    expect(third).to.be.lessThan(first);
    expect(Math.max(first, -second)).to.be.lessThan(3);
  }).timeout(60_000);
});
