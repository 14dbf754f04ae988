import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import ts from 'typescript';
import type * as tfjs from '../../node/tfjs/index.js';
import type * as data from '../../harness/data/index.js';
import type * as losses from '../../core/algorithm-losses/index.js';
import type * as core from '../../node/index.js';
import { packageRoot } from '../../node/package-root.js';
import { encode } from '../../harness/data/npy.js';
import { formatHeader } from '../../harness/data/npy-header.js';
import { idxBytes } from '../harness/data/idx-files.js';
import { temporaryFolder } from '../harness/helpers.js';

/** A public entry, by the package's own name. */
const entry = <Module>(name = ''): Promise<Module> => import(`newton-losses${name}`) as Promise<Module>;

describe('public entries', () => {
  const folder = temporaryFolder();

  it('can all be imported by their names', async () => {
    const { exports } = JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as {
      exports: object;
    };
    const names = Object.keys(exports).filter((name) => !/\*|\.json$/.test(name)).map((name) => name.slice(1));
    for (const name of names) expect(Object.keys(await entry(name)).length, name).to.be.above(0);
    expect(names).to.include.members(['', '/algorithm-losses', '/data', '/sorting', '/conformance', '/tfjs']);
  });

  it('read .npy and IDX files, which become batches', async () => {
    const { readIdx, readNpy } = await entry<typeof data>('/data');
    const [npy, idx] = [path.join(folder(), 'costs.npy'), path.join(folder(), 'bytes.gz')];
    writeFileSync(npy, Buffer.concat([formatHeader('float32', [2, 3]), encode([1, 2, 3, 4, 5, 6.5], 'float32')]));
    writeFileSync(idx, gzipSync(idxBytes([2, 2], [1, 2, 3, 255])));
    const { shape: [rows, cols], data: numbers } = await readNpy(npy);
    const { batchOf } = await entry<typeof core>();
    expect({ rows, cols, data: Float64Array.from(numbers) }).to.deep.equal(batchOf([[1, 2, 3], [4, 5, 6.5]]));
    const bytes = await readIdx(idx, 2);
    expect([bytes.shape, [...bytes.data]]).to.deep.equal([[2, 2], [1, 2, 3, 255]]);
  });

  it('judge predictions by their regret, of tensors too', async () => {
    const { knapsack, normalisedRegret, regret } = await entry<typeof losses>('/algorithm-losses');
    const { checkedAlgorithm } = await entry<typeof core>();
    const { toBatch, toTensor, useBackend } = await entry<typeof tfjs>('/tfjs');
    await useBackend('wasm');
    const items = checkedAlgorithm(knapsack, { weights: [4, 2, 3], capacity: 5 });
    const c = toBatch(toTensor({ rows: 1, cols: 3, data: Float64Array.of(6, 3, 4) }));
    const y = { rows: 1, cols: 3, data: Float64Array.of(8, 3, 4) };
    expect([...regret(items, c, y)]).to.deep.equal([1]);
    expect(normalisedRegret(items, c, y)).to.equal(1 / 7);
  });

  it('have whole types for bundlers too, where those of tfjs have none', () => {
    const file = path.join(packageRoot(), 'dist', 'entries.ts'); // never written: a host gives it
    const entries = ['', '/algorithm-losses', '/autodiff', '/conformance', '/convex', '/relaxed', '/sorting'];
    const options = {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      types: [],
      strict: true,
      noEmit: true,
    };
    const host = ts.createCompilerHost(options);
    const { getSourceFile, fileExists } = host;
    const text = entries.map((name) => `import 'newton-losses${name}';`).join('\n');
    host.fileExists = (name) => name === file || fileExists.call(host, name);
    host.getSourceFile = (name, ...more) =>
      name === file ? ts.createSourceFile(name, text, options.target) : getSourceFile.call(host, name, ...more);
    const mistakes = ts.getPreEmitDiagnostics(ts.createProgram([file], options, host)).map(({ messageText }) =>
      ts.flattenDiagnosticMessageText(messageText, ' ')
    );
    expect(mistakes).to.deep.equal([]);
  }).timeout(60_000);
});
