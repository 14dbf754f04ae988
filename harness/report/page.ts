import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { html, Markup } from './markup.js';

/** What draws figures anew in the page, in one piece (tools/page-script.mjs). */
const SCRIPT = readFileSync(new URL('page-script.js', import.meta.url), 'utf8');
const digest = createHash('sha256').update(SCRIPT).digest('base64');

/** Nothing is loaded and no script runs but the page's own; styles and images are those of the page itself. */
const POLICY = `default-src 'none'; script-src 'sha256-${digest}'; style-src 'unsafe-inline'; img-src data:`;

/** A complete HTML document that loads nothing from anywhere, and can be read where no script runs. */
export function page(title: string, body: Markup): string {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="newton-losses">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${body}
<script type="text/javascript">${new Markup(SCRIPT)}</script>
</body>
</html>
`;
  return document.text;
}

/** Rules for the rows of tables below each other. */
function stacked(table: string): string {
  return `
  ${table}, ${table} :is(tbody, tr, th, td, caption) { display: block; width: auto; text-align: left; padding: .1rem 0; border: 0; }
  ${table} thead { display: none; }
  ${table} tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
  ${table} td[data-label]::before { content: attr(data-label) ': '; color: var(--soft); }
`;
}

/** The report's style sheet: system fonts, light and dark after the reader's setting, black on white in print. */
const STYLE = `
:root { color-scheme: light dark; --ink: #1c1e21; --paper: #fff; --soft: #5b6470; --line: #d8dce1; --shade: #f5f6f8; --link: #0b57a4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e7eb; --paper: #16181c; --soft: #a3acb8; --line: #3a4049; --shade: #1f2329; --link: #7db8f5; }
  figure svg, figure img, .swatch { filter: brightness(1.25); }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
a { color: var(--link); }
th a { color: inherit; text-decoration-color: var(--line); }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
p, ul { margin: .5rem 0; max-width: 48rem; }
p, li, tbody th, td.text, h1, h2, h3, figcaption { overflow-wrap: anywhere; }
.soft, figcaption, caption { color: var(--soft); font-size: .9rem; }
.finding p { max-width: none; }
.finding { background: var(--shade); border-left: 4px solid var(--link); padding: .6rem 1rem; margin: 1rem 0; max-width: none; }
.grey { color: var(--soft); }
.failure { border-left-color: #d55e00; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; margin: .75rem 0; }
caption { text-align: left; padding-bottom: .35rem; }
table.wide { width: 100%; }
th small { font-weight: normal; color: var(--soft); }
th, td { padding: .35rem 0 .35rem .9rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th:first-child { padding-left: 0; }
th:first-child, td.text, th.text { text-align: left; }
thead th { border-bottom: 2px solid var(--line); vertical-align: bottom; font-weight: 600; }
tbody th { font-weight: 600; min-width: 6em; }
td.text { min-width: 5em; }
.swatch { margin-right: .4em; }
figure { margin: 1.25rem 0; }
figure img { display: block; max-width: 100%; height: auto; }
.chart { position: relative; max-width: 60rem; }
.chart > svg { display: block; width: 100%; height: auto; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; max-width: none; }
.legend li { overflow-wrap: anywhere; }
.controls { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; font-size: .9rem; max-width: none; }
button, select { font: inherit; font-size: .9rem; color: inherit; background: var(--shade); border: 1px solid var(--line); border-radius: 4px;
  padding: .1rem .5rem; max-width: 100%; overflow-wrap: anywhere; }
th button { all: unset; cursor: pointer; font: inherit; }
th button:focus-visible { outline: 2px solid var(--link); }
th[aria-sort=ascending] button::after { content: ' ▲'; }
th[aria-sort=descending] button::after { content: ' ▼'; }
button[aria-pressed=false] { opacity: .45; text-decoration: line-through; }
figure > button { margin-top: .5rem; }
.readout { position: absolute; pointer-events: none; background: var(--paper); border: 1px solid var(--line); border-radius: 4px;
  padding: .25rem .6rem; font-size: .85rem; max-width: 70%; font-variant-numeric: tabular-nums; }
code, pre { font: .85rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: var(--shade); padding: .75rem 1rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
/* A table without room becomes a list of its rows, each cell with the heading of its column. */
@media (max-width: 500px) { ${stacked('table')} }
@media screen and (max-width: 860px), print and (max-width: 640px) { ${stacked('table.many')} }
@media screen and (max-width: 1100px), print { ${stacked('table.crowded')} }
@media print {
  figure svg, figure img, .swatch { filter: none; }
  :root { color-scheme: light; --ink: #000; --paper: #fff; --soft: #444; --line: #bbb; --shade: #f5f5f5; --link: #000; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  figure, table, .finding p { max-width: none; }
  .finding, figure, tr { break-inside: avoid; }
  table { font-size: 8.5pt; }
  .controls, figure > button, .readout { display: none; }
  button { border: 0; background: none; padding: 0; }
  h2, h3 { break-after: avoid; }
}
`;
