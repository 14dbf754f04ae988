// Writes dist/browser/highs-glue.js: the JavaScript of the package highs without its branches for Node, which bundlers
// for browsers stumble over, and without the address of its .wasm, which browser/highs.ts gives; and its types, which
// those of highs.ts are made of. Part of `npm run build`.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';

const changes = [
  ['globalThis.process?.versions?.node&&globalThis.process?.type!="renderer"', 'false'],
  ['const{createRequire}=await import("node:module");var require=createRequire(import.meta.url)', 'var require'],
  ['new URL("highs.wasm",import.meta.url)', 'new URL("highs.wasm")'],
  ['var _scriptName=import.meta.url', 'var _scriptName=""'],
];

let text = readFileSync(new URL(import.meta.resolve('highs')), 'utf8');
for (const [from, to] of changes) {
  if (text.split(from).length !== 2) throw new Error(`highs has changed: expected once, ${from}`);
  text = text.replace(from, to);
}
const { version, license } = JSON.parse(readFileSync(new URL('../package.json', import.meta.resolve('highs')), 'utf8'));
writeFileSync(
  new URL('../dist/browser/highs-glue.js', import.meta.url),
  `/*! highs ${version}, ${license} license, https://github.com/lovasoa/highs-js */\n${text}`,
);
copyFileSync(
  new URL('../browser/highs-glue.d.ts', import.meta.url),
  new URL('../dist/browser/highs-glue.d.ts', import.meta.url),
);
