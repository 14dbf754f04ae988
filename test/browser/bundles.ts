import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build as esbuild, type BuildResult, type Metafile } from 'esbuild';
import { build as vite, createLogger } from 'vite';
import { packageRoot } from '../../node/package-root.js';

const modules = path.join(packageRoot(), 'node_modules');

/** A bundle in memory, with warnings. */
export type Bundle = BuildResult<{ metafile: true; write: false }>;

/** main.js of a project, to go into `out/`, as users of esbuild bundle it. */
export function byEsbuild(folder: string, options: BuildOptions = {}): Promise<Bundle> {
  return esbuild({
    entryPoints: [path.join(folder, 'main.js')],
    outdir: path.join(folder, 'out'),
    absWorkingDir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    minify: true,
    metafile: true,
    write: false,
    logLevel: 'silent',
    ...options,
  });
}

/** Bundles index.html of a project with Vite; the warnings. */
export async function byVite(folder: string): Promise<string[]> {
  const said: string[] = [];
  const logger = createLogger('silent');
  for (const level of ['warn', 'warnOnce', 'error'] as const) logger[level] = (message) => said.push(message);
  await vite({
    root: folder,
    configFile: false,
    customLogger: logger,
    logLevel: 'silent',
    build: { outDir: 'vite', emptyOutDir: true },
  });
  return said;
}

/** Bytes, gzipped each by itself, of the files that a bundle loads at first, and for the chunk that has `lazy` in it. */
export function loadedSize({ metafile, outputFiles }: Bundle, lazy?: string): number {
  const wanted = Object.entries(metafile.outputs)
    .filter(([, { entryPoint }]) => entryPoint?.endsWith('main.js') || (lazy && entryPoint?.endsWith(lazy)))
    .map(([file]) => file);
  const files = withStaticImports(metafile, wanted);
  const sizes = outputFiles.filter(({ path: file }) => files.has(path.basename(file)))
    .map(({ contents }) => gzipSync(contents, { level: 9 }).length);
  return sizes.reduce((sum, size) => sum + size, 0);
}

function withStaticImports({ outputs }: Metafile, wanted: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(path.basename(file))) return;
    found.add(path.basename(file));
    for (const { path: imported, kind } of outputs[file].imports) if (kind === 'import-statement') visit(imported);
  };
  wanted.forEach(visit);
  return found;
}

/** Puts the WebAssembly that is fetched at run time beside a bundle. */
export function copyWasm(out: string): void {
  copyFileSync(path.join(modules, 'highs/build/highs.wasm'), path.join(out, 'highs.wasm'));
  const files = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'];
  mkdirSync(path.join(out, 'tfjs'), { recursive: true });
  for (const file of files) {
    copyFileSync(path.join(modules, '@tensorflow/tfjs-backend-wasm/dist', file), path.join(out, 'tfjs', file));
  }
}
