// Compiles each file at the top of assembly/, a kernel, to WebAssembly and embeds it in binary.ts with the types of what
// it exports, so that nothing has to be found or fetched at run time, and a bundle has the kernels that it uses; those
// that have multiply-adds also with fused ones, for engines that have them, and those of networks for memory that threads share.
// The first line of binary.ts is a hash of what it was made from: where that has not changed, nothing is compiled.
// Part of `npm run build`; a thread for each folder of kernels.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const root = fileURLToPath(new URL('..', import.meta.url));
const options = [
  ...['--enable', 'simd', '-O3', '--runtime', 'stub', '--importMemory', '--noExportMemory', '--use', 'abort='],
  ...['--bindings', 'raw', '--outFile', 'kernel.wasm'],
];
const FUSED = ['--enable', 'relaxed-simd'];
const SHARED = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];

/** What binary.ts of the first folder says of all kernels. */
const types = `
/** A compiled kernel. */
export interface Binary {
  readonly base64: string;
  /** The same with fused multiply-adds, which not every engine has. */
  readonly fused?: string;
}

/** A kernel, and the type of what an instance exports. */
export interface Kernel<Exports> extends Binary {
  /** For memory that threads share. */
  readonly shared?: Binary;
  readonly exports?: Exports;
}

/** Where an instance has an array, once it is laid out. */
export interface Address {
  readonly value: number;
}
`;

/** Where kernels are, what their binary.ts begins with, and the options of each memory that they are compiled for. */
const folders = {
  'core/kernels': { preamble: types, memories: [[]] },
  'tfjs/backend': {
    preamble: `\nimport type { Kernel } from '../../core/kernels/binary.js';\n`,
    memories: [[], SHARED],
  },
};

if (isMainThread) {
  const changed = Object.keys(folders).filter((folder) => !isUpToDate(folder));
  await Promise.all(
    changed.map((folder) => once(new Worker(new URL(import.meta.url), { workerData: folder }), 'exit')),
  );
} else await build(workerData);

function isUpToDate(folder) {
  return existsSync(targetOf(folder)) && readFileSync(targetOf(folder), 'utf8').startsWith(headerOf(folder));
}

async function build(folder) {
  const assembly = assemblyOf(folder);
  const { preamble, memories } = folders[folder];
  const kernels = [];
  for (const file of readdirSync(assembly).filter((name) => name.endsWith('.ts')).sort()) {
    kernels.push(await moduleOf(assembly, file, memories));
  }
  writeFileSync(targetOf(folder), headerOf(folder) + preamble + kernels.join(''));
}

function assemblyOf(folder) {
  return path.join(root, folder, 'assembly');
}

function targetOf(folder) {
  return path.join(root, folder, 'binary.ts');
}

function headerOf(folder) {
  return `/** Compiled by tools/kernels.mjs from assembly/, ${hashOf(assemblyOf(folder))}. */\n`;
}

/** SHA-256 of a folder, of this file and of the compiler's version. */
function hashOf(assembly) {
  const sources = readdirSync(assembly, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const compiler = fileURLToPath(import.meta.resolve('assemblyscript/package.json'));
  const hash = createHash('sha256').update(JSON.parse(readFileSync(compiler, 'utf8')).version);
  hash.update(readFileSync(fileURLToPath(import.meta.url)));
  for (const name of sources.sort()) hash.update(readFileSync(path.join(assembly, name)));
  return hash.digest('hex');
}

/** Of a kernel: its exports as an interface, and its binaries. */
async function moduleOf(assembly, file, [, shared]) {
  const { wasm, declarations } = await compile(assembly, file, []);
  const name = file.slice(0, -'.ts'.length).replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  const type = name[0].toUpperCase() + name.slice(1);
  const sharing = shared && (await compile(assembly, file, shared)).wasm;
  const ofShared = shared
    ? `  shared: {\n    base64: ${literal(sharing)},\n  ${await fusedOf(assembly, file, shared, sharing)}  },\n`
    : '';
  return `
/** What assembly/${file} exports. */
export interface ${type} {
${membersOf(declarations).map((member) => `  ${member};\n`).join('')}}

export const ${name}: Kernel<${type}> = {
  base64: ${literal(wasm)},
${await fusedOf(assembly, file, [], wasm)}${ofShared}};
`;
}

/** The member for the build with fused multiply-adds, where that is another one than the plain build. */
async function fusedOf(assembly, file, memory, plain) {
  const { wasm } = await compile(assembly, file, [...memory, ...FUSED]);
  return Buffer.from(wasm).equals(plain) ? '' : `  fused: ${literal(wasm)},\n`;
}

function literal(wasm) {
  const lines = Buffer.from(wasm).toString('base64').match(/.{1,114}/g);
  return lines.map((line) => `'${line}'`).join(' +\n    ');
}

/**
 * From the compiler's declarations, which mean exports behind an adapter: without it a boolean comes back as 0 or 1, and an
 * object is its address.
 */
function membersOf(declarations) {
  const functions = [...declarations.matchAll(/export function (\w+\(.*\)): (\w+);/g)]
    .map(([, signature, result]) =>
      `${signature.replace(/__Record\d+<\w+>/g, 'number')}: ${result === 'boolean' ? 'number' : result}`
    );
  const addresses = [...declarations.matchAll(/export const (\w+): \{/g)].map(([, name]) =>
    `readonly ${name}: Address`
  );
  return [...functions, ...addresses];
}

async function compile(assembly, file, more) {
  const { default: asc } = await import('assemblyscript/asc');
  const written = {};
  const { error, stderr } = await asc.main([file, '--baseDir', assembly, ...options, ...more], {
    writeFile: (name, contents) => (written[path.extname(name)] = contents),
  });
  if (error) throw new Error(stderr.toString());
  return { wasm: written['.wasm'], declarations: written['.ts'] };
}
