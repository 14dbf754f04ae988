// Compiles each file at the top of assembly/, a kernel, to WebAssembly and embeds it in binary.ts with the types of what
// it exports, so that nothing has to be found or fetched at run time, and a bundle has the kernels that it uses.
// The first line of binary.ts is a hash of what it was made from: where that has not changed, nothing is compiled.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const target = path.join(here, 'binary.ts');
const options = [
  ...['--enable', 'simd', '-O3', '--runtime', 'stub', '--importMemory', '--noExportMemory', '--use', 'abort='],
  ...['--bindings', 'raw', '--outFile', 'kernel.wasm'],
];
/** What binary.ts says of all kernels. */
const preamble = `
/** Compiled kernels, and the type of what an instance exports. */
export interface Kernel<Exports> {
  readonly base64: string;
  readonly exports?: Exports;
}

/** Where an instance has an array, once it is laid out. */
export interface Address {
  readonly value: number;
}
`;

const header = `/** Compiled by build.mjs from assembly/, ${hashOfSources()}. */\n`;
if (!existsSync(target) || !readFileSync(target, 'utf8').startsWith(header)) {
  const kernels = [];
  for (const file of readdirSync(path.join(here, 'assembly')).filter((name) => name.endsWith('.ts')).sort()) {
    kernels.push(await moduleOf(file));
  }
  writeFileSync(target, header + preamble + kernels.join(''));
}

/** SHA-256 of assembly/, of this file and of the compiler's version. */
function hashOfSources() {
  const sources = readdirSync(path.join(here, 'assembly'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join('assembly', name));
  const compiler = fileURLToPath(import.meta.resolve('assemblyscript/package.json'));
  const hash = createHash('sha256').update(JSON.parse(readFileSync(compiler, 'utf8')).version);
  for (const name of ['build.mjs', ...sources.sort()]) hash.update(readFileSync(path.join(here, name)));
  return hash.digest('hex');
}

/** Of a kernel: its exports as an interface, and its binary. */
async function moduleOf(file) {
  const { wasm, declarations } = await compile(file);
  const name = file.slice(0, -'.ts'.length).replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  const type = name[0].toUpperCase() + name.slice(1);
  const lines = Buffer.from(wasm).toString('base64').match(/.{1,114}/g);
  return `
/** What assembly/${file} exports. */
export interface ${type} {
${membersOf(declarations).map((member) => `  ${member};\n`).join('')}}

export const ${name}: Kernel<${type}> = {
  base64: ${lines.map((line) => `'${line}'`).join(' +\n    ')},
};
`;
}

/** From the compiler's declarations, which mean exports behind an adapter: without it a boolean comes back as 0 or 1. */
function membersOf(declarations) {
  const functions = [...declarations.matchAll(/export function (\w+\(.*\)): (\w+);/g)]
    .map(([, signature, result]) => `${signature}: ${result === 'boolean' ? 'number' : result}`);
  const addresses = [...declarations.matchAll(/export const (\w+): \{/g)].map(([, name]) =>
    `readonly ${name}: Address`
  );
  return [...functions, ...addresses];
}

async function compile(file) {
  const { default: asc } = await import('assemblyscript/asc');
  const written = {};
  const { error, stderr } = await asc.main([`assembly/${file}`, '--baseDir', here, ...options], {
    writeFile: (name, contents) => (written[path.extname(name)] = contents),
  });
  if (error) throw new Error(stderr.toString());
  return { wasm: written['.wasm'], declarations: written['.ts'] };
}
