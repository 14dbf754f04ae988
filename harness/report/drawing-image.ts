import { html, type Markup } from './markup.js';

/**
 * An image has no colours from the page around it: `currentColor` in it gets the ink of the report's style sheet, light
 * and dark.
 */
const INK = '<style>:root{color:#1c1e21}@media(prefers-color-scheme:dark){:root{color:#e4e7eb}}</style>';

/** A drawing of a run folder as an image, in which no script runs and nothing is loaded, whoever drew it. */
export function drawingImage(svg: string, alt: string): Markup {
  const source = `data:image/svg+xml;base64,${Buffer.from(withInk(svg)).toString('base64')}`;
  return html`<img alt="${alt}" src="${source}">`;
}

function withInk(svg: string): string {
  const opened = svg.indexOf('>', svg.indexOf('<svg')) + 1;
  return `${svg.slice(0, opened)}${INK}${svg.slice(opened)}`;
}
