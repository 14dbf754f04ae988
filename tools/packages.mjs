// Writes dist/harness/packages/*.js: what the command line takes of its packages, in one piece each with their licences,
// so that who wants losses alone installs none of them. Part of `npm run build`.
import { build } from 'esbuild';
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';

const { metafile } = await build({
  entryPoints: ['harness/packages/*.ts'],
  outdir: 'dist/harness/packages',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
  legalComments: 'none', // the whole texts follow below
  metafile: true,
  logLevel: 'warning',
});

for (const [file, { inputs }] of Object.entries(metafile.outputs)) {
  const folders = Object.keys(inputs).map((input) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input)?.[0]);
  for (const folder of new Set(folders.filter(Boolean))) appendFileSync(file, licenceOf(folder));
}

/** What a bundle says of a package that is in it. */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  if (file === undefined) throw new Error(`${name} ${version} has no text of its licence, ${license}`);
  return `\n/*! ${name} ${version}, ${license}\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n*/\n`;
}
