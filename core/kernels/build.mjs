// Compiles assembly/ to WebAssembly and embeds it in binary.ts, so that nothing has to be found or fetched at run time.
// The first line of binary.ts is a hash of what it was made from: where that has not changed, nothing is compiled.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const target = path.join(here, 'binary.ts');
const options = [
  '--enable',
  'simd',
  '-O3',
  '--runtime',
  'stub',
  '--importMemory',
  '--noExportMemory',
  '--use',
  'abort=',
  '--outFile',
  'kernels.wasm',
];

const header = `/** Compiled by build.mjs from assembly/, ${hashOfSources()}. */\n`;
if (!existsSync(target) || !readFileSync(target, 'utf8').startsWith(header)) {
  const lines = Buffer.from(await compile()).toString('base64').match(/.{1,120}/g);
  writeFileSync(target, `${header}export const binary =\n${lines.map((line) => `  '${line}'`).join(' +\n')};\n`);
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

async function compile() {
  const { default: asc } = await import('assemblyscript/asc');
  let binary;
  const { error, stderr } = await asc.main(['assembly/index.ts', '--baseDir', here, ...options], {
    writeFile: (name, contents) => {
      if (name.endsWith('.wasm')) binary = contents;
    },
  });
  if (error) throw new Error(stderr.toString());
  return binary;
}
