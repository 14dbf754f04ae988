import { parse, type Spec, View } from 'vega';
import { html } from './markup.js';

/** Draws a Vega specification to SVG text, without a browser; its description is what a screen reader says instead. */
export async function renderSvg(spec: Spec): Promise<string> {
  const view = new View(parse(spec), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    const opening = html`<svg role="img" aria-label="${spec.description ?? ''}"`.text;
    return svg.replace('<svg', () => opening); // a text would have its $& and $' expanded
  } finally {
    view.finalize();
  }
}
