// Compiles assembly/ to WebAssembly and embeds it in binary.ts, so that nothing has to be found or fetched at run time.
//   node core/kernels/build.mjs            writes binary.ts
//   node core/kernels/build.mjs --check    fails where binary.ts is not what the sources give
import { Buffer } from 'node:buffer';
import { readFile, writeFile } from 'node:fs/promises';
import asc from 'assemblyscript/asc';

const folder = new URL('.', import.meta.url).pathname;
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
];
let binary;
const { error, stderr } = await asc.main([`${folder}assembly/index.ts`, '--outFile', 'kernels.wasm', ...options], {
  writeFile: (name, contents) => {
    if (name.endsWith('.wasm')) binary = contents;
  },
});
if (error) throw new Error(stderr.toString());

const lines = Buffer.from(binary).toString('base64').match(/.{1,120}/g);
const module = `/** Compiled from assembly/ by build.mjs. */\nexport const binary =\n${
  lines.map((line) => `  '${line}'`).join(' +\n')
};\n`;
const target = `${folder}binary.ts`;
if (!process.argv.includes('--check')) await writeFile(target, module);
else if ((await readFile(target, 'utf8')) !== module) {
  throw new Error('core/kernels/binary.ts is not what assembly/ compiles to: run npm run kernels');
}
