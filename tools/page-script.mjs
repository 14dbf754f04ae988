// Writes dist/harness/report/page-script.js: the script of reports, in one piece. Part of `npm run build`.
import { build } from 'esbuild';

await build({
  entryPoints: ['harness/report/in-page/main.ts'],
  outfile: 'dist/harness/report/page-script.js',
  bundle: true,
  format: 'iife',
  minify: true,
  charset: 'utf8',
  logLevel: 'warning',
});
