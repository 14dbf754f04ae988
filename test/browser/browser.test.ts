import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { schemas } from '../../harness/cli/commands/schemas.js';
import { packageRoot } from '../../node/package-root.js';
import { installPacked } from '../package/install-packed.js';
import { byEsbuild, byVite, copyWasm, loadedSize } from './bundles.js';
import { chromiumFor } from './chromium.js';
import { PAGE, POLICY, serve } from './site.js';

const pageFile = path.join(packageRoot(), 'test/browser/page.mjs');
const documentation = readFileSync(path.join(packageRoot(), 'docs/browser.md'), 'utf8');
const ownLoss = /^```js\n([^`]*export default defineSampleLoss[^]*?)^```$/m.exec(
  readFileSync(path.join(packageRoot(), 'README.md'), 'utf8'),
)![1];

type Numbers = Readonly<Record<string, readonly (readonly number[])[]>>;

/** What page.mjs exports. */
interface Actions {
  exported(): string[];
  samples(): Promise<object>;
  evaluations(at: object): Promise<Numbers>;
  solutions(): Promise<object>;
  linearPrograms(wasm: string): Promise<string[]>;
  complaints(): Promise<string[]>;
  ownLoss(compiled: boolean): Promise<unknown[]>;
  train(backend: string, options?: object): Promise<{ name: string; values: number[] }>;
}

describe('a door to the browser', function() {
  this.timeout(120_000);
  let folder = '';
  let here: Actions;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'newton-losses-'));
    await installPacked(folder, [
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgl',
      '@tensorflow/tfjs-backend-webgpu',
    ]);
    here = (await import(pathToFileURL(pageFile).href)) as Actions;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A project below the folder, which holds these files and page.mjs. */
  const projectOf = (name: string, files: Readonly<Record<string, string>>): string => {
    const at = path.join(folder, name);
    mkdirSync(at);
    const all = { 'page.mjs': readFileSync(pageFile, 'utf8'), ...files };
    for (const [file, text] of Object.entries(all)) writeFileSync(path.join(at, file), text);
    return at;
  };

  const validatorsOf = async (file: string): Promise<string> => {
    const lines: string[] = [];
    await schemas([file], (text) => lines.push(text));
    return lines.join('\n');
  };

  it('goes through esbuild as one script without a warning', async () => {
    const at = projectOf('script', { 'main.js': "import * as page from './page.mjs';\nglobalThis.page = page;\n" });
    const { warnings } = await byEsbuild(at, { format: 'iife', splitting: false });
    expect(warnings).to.deep.equal([]);
  });

  it('goes through Vite, settings left out, without a warning', async () => {
    const at = projectOf('vite', {
      'main.js': "import * as page from './page.mjs';\nglobalThis.page = page;\n",
      'index.html': PAGE,
    });
    expect(await byVite(at)).to.deep.equal([]);
  });

  it('goes through both with the backends alone that are installed', async () => {
    const few = mkdtempSync(path.join(tmpdir(), 'newton-losses-'));
    try {
      await installPacked(few, ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm']);
      writeFileSync(
        path.join(few, 'main.js'),
        "import { useBackend } from 'newton-losses/tfjs';\nuseBackend('wasm');\n",
      );
      writeFileSync(path.join(few, 'index.html'), PAGE);
      expect((await byEsbuild(few)).warnings).to.deep.equal([]);
      expect(await byVite(few)).to.deep.equal([]);
    } finally {
      rmSync(few, { recursive: true });
    }
  });

  it('is of the size that the documentation says', async () => {
    const alone = {
      'main.js': `import { checked, newtonTarget } from 'newton-losses';
        import softsort from 'newton-losses/plugins/softsort';
        globalThis.loss = [checked(softsort), newtonTarget];`,
    };
    const registry = {
      'main.js': `import { newtonTarget, openRegistry } from 'newton-losses';
        globalThis.loss = [(await openRegistry()).create('softsort'), newtonTarget];`,
    };
    const withoutAjv = { splitting: false, alias: { ajv: 'newton-losses/no-ajv' } };
    const sizes = [
      loadedSize(await byEsbuild(projectOf('alone', alone), { splitting: false })),
      loadedSize(await byEsbuild(projectOf('no-ajv', alone), withoutAjv)),
      loadedSize(await byEsbuild(projectOf('registry', registry)), 'plugins/softsort.js'),
    ];
    const stated = [...documentation.matchAll(/\| (\d+) kB \|/g)].map(([, kB]) => 1000 * Number(kB));
    sizes.forEach((size, i) => expect(size, String(i)).to.be.within(0.95 * stated[i], stated[i]));
  });

  describe('in Chromium, under a Content-Security-Policy without unsafe-eval', () => {
    let browser: Browser | undefined;
    const servers: Server[] = [];
    let page: Page;
    const said: string[] = [];

    /** A page that has been opened and has set `globalThis.page`, or has not within ten seconds. */
    const open = async (site: string, policy: string): Promise<Page> => {
      const { url, server } = await serve(site, policy);
      servers.push(server);
      const opened = await browser!.newPage();
      opened.on('console', (message) => message.type() === 'error' && said.push(message.text()));
      opened.on('pageerror', (error) => said.push(error.message));
      await opened.goto(url);
      await opened.waitForFunction('globalThis.page', undefined, { timeout: 10_000 }).catch(() => undefined);
      return opened;
    };

    before(async function() {
      browser = await chromiumFor(this);
      const at = projectOf('page', {
        'main.js': `import * as page from './page.mjs';
          import validators from './own.schemas.js';
          globalThis.page = { ...page, ownLoss: (compiled) => page.ownLoss(compiled && validators) };`,
        'own.schemas.js': await validatorsOf(pageFile),
      });
      const { outputFiles, warnings } = await byEsbuild(at);
      expect(warnings).to.deep.equal([]);
      const out = path.join(at, 'out');
      mkdirSync(out);
      for (const { path: file, contents } of outputFiles) writeFileSync(file, contents);
      writeFileSync(path.join(out, 'index.html'), PAGE);
      copyWasm(out);
      page = await open(out, POLICY);
    });
    after(async () => {
      await browser?.close();
      for (const server of servers) server.close();
    });

    /** What an action gives in the page. A timer runs it: what the debugger runs may do what the policy forbids. */
    async function there<Name extends keyof Actions>(name: Name, ...args: Parameters<Actions[Name]>) {
      const act = ([action, given]: [string, unknown[]]): Promise<unknown> =>
        new Promise((resolve, reject) => {
          const { page: actions } = globalThis as unknown as { page: Record<string, (...args: unknown[]) => unknown> };
          setTimeout(() => void Promise.resolve(actions[action](...given)).then(resolve, reject));
        });
      return (await page.evaluate(act, [name, args] as [string, unknown[]])) as Awaited<ReturnType<Actions[Name]>>;
    }

    it('exports the same', async () => {
      expect(await there('exported')).to.deep.equal(here.exported());
    });

    /**
     * Math.exp and its kin differ in the last bit between versions of V8: here by 1e-16 of a number, after sums of some
     * thousand of them by less than 1e-12 of the largest.
     */
    it('gives value, gradient and curvature of every loss as Node does', async () => {
      const samples = await here.samples();
      const [expected, got] = [await here.evaluations(samples), await there('evaluations', samples)];
      expect(Object.keys(got)).to.deep.equal(Object.keys(expected));
      for (const [name, parts] of Object.entries(expected)) {
        parts.forEach((numbers, k) => expect(distance(numbers, got[name][k]), `${name}/${k}`).to.be.at.most(1e-12));
      }
    });

    it('says where HiGHS should be, and finds it there', async () => {
      const [byName, made, ...after] = await there('linearPrograms', '/highs.wasm');
      expect(byName).to.match(/^UNSUPPORTED linear-program: .* at \/nowhere.wasm: serve highs.wasm .* setHighsWasm/);
      expect(made).to.match(/^UNSUPPORTED linear-program: .*await linearProgram.load\(\)/);
      expect(after).to.deep.equal(['linear-program', 'linear-program']);
      expect(said.splice(0).every((text) => text.includes('404'))).to.equal(true);
    });

    it('solves with every algorithm, HiGHS included, as Node does', async () => {
      expect(await there('solutions')).to.deep.equal(await here.solutions());
    });

    it('says the same of what is wrong', async () => {
      expect(await there('complaints')).to.deep.equal(await here.complaints());
    });

    for (const backend of ['cpu', 'wasm', 'webgl', 'webgpu', 'auto']) {
      it(`trains for 100 steps with the Hessian on backend ${backend}`, async function() {
        const webgl = await page.evaluate(hasWebGl);
        if (backend === 'webgl' && !webgl) this.skip();
        if (backend === 'webgpu' && !(await page.evaluate(hasWebGpu))) this.skip();
        const { name, values } = await there('train', backend, { wasmPaths: '/tfjs/' });
        expect(name).to.equal(backend === 'auto' ? (webgl ? 'webgl' : 'wasm') : backend);
        expect(values.length).to.equal(100);
        expect(values[99]).to.be.below(values[0] / 20);
        const { values: inNode } = await here.train('cpu');
        values.forEach((value, step) => expect(value).to.be.closeTo(inNode[step], 1e-4 * inNode[0]));
      });
    }

    it('says what webgpu lacks', async () => {
      const refused = (): Promise<string> =>
        there('train', 'webgpu').then(() => 'nothing', ({ message }: Error) => message);
      for (
        const [gpu, reason] of [['{ requestAdapter: async () => null }', 'no graphics card'], ['undefined', 'HTTPS']]
      ) {
        await page.evaluate(`Object.defineProperty(navigator, 'gpu', { value: ${gpu}, configurable: true })`);
        expect(await refused()).to.match(new RegExp(`got webgpu: .*${reason}`));
      }
      await page.evaluate('delete navigator.gpu');
    });

    it('leaves no error on the console', () => {
      expect(said).to.deep.equal([]);
    });

    it('takes losses of ones own once their validators are there, and says so before', async () => {
      const before = await there('ownLoss', false);
      for (const text of before) expect(text).to.match(/^UNSUPPORTED own: .*newton-losses schemas.*Content Security/);
      const after = await there('ownLoss', true);
      expect(after).to.deep.equal(await here.ownLoss(false));
      expect(after[2]).to.equal('PARAMS own: params/unit must NOT have more than 3 characters, got "parsec"');
    });

    it('runs the examples of the documentation, bundled by Vite', async () => {
      said.length = 0;
      const blocks = [...documentation.matchAll(/^```js\n([^]*?)^```$/gm)].map(([, code]) => code);
      const ownFile = path.join(projectOf('own', { 'log-cosh.js': ownLoss }), 'log-cosh.js');
      const at = projectOf('examples', {
        ...Object.fromEntries(blocks.map((code, k) => [`block-${k}.js`, code])),
        'main.js': `${blocks.map((_, k) => `import './block-${k}.js';\n`).join('')}globalThis.page = 'done';\n`,
        'log-cosh.js': ownLoss,
        'log-cosh.schemas.js': await validatorsOf(ownFile),
        'index.html': PAGE.replace('/main.js', './main.js'),
      });
      expect(await byVite(at)).to.deep.equal([]);
      const opened = await open(path.join(at, 'vite'), '');
      expect(said).to.deep.equal([]);
      expect(await opened.evaluate('globalThis.page')).to.equal('done');
    });
  });
});

/** The largest difference, by the largest number. */
function distance(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  const largest = a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0) / (largest || 1);
}

/** To be run in the page. */
async function hasWebGpu(): Promise<boolean> {
  const { navigator } = globalThis as { navigator?: { gpu?: { requestAdapter(): Promise<unknown> } } };
  return Boolean(await navigator?.gpu?.requestAdapter());
}

/** To be run in the page. */
function hasWebGl(): boolean {
  const { OffscreenCanvas } = globalThis as unknown as {
    OffscreenCanvas: new(width: number, height: number) => { getContext(kind: string): unknown };
  };
  return Boolean(new OffscreenCanvas(1, 1).getContext('webgl2'));
}
