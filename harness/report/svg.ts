import { parse, type Spec, View } from 'vega';
import { html } from './markup.js';

/** Draws a Vega specification to SVG text, without a browser; its description is what a screen reader says instead. */
export async function renderSvg(spec: Spec): Promise<string> {
  const view = new View(parse(spec), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    return svg.replace('<svg', html`<svg role="img" aria-label="${spec.description ?? ''}"`.text);
  } finally {
    view.finalize();
  }
}
