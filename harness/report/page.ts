import { html, Markup } from './markup.js';
import { STYLE } from './style.js';

/** Nothing is loaded and no script runs; styles and images are those of the page itself. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** A complete HTML document that loads nothing from anywhere. */
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
</body>
</html>
`;
  return document.text;
}
