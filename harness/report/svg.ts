import { parse, type Spec, View } from 'vega';

/** Draws a Vega specification to SVG text, without a browser. */
export async function renderSvg(spec: Spec): Promise<string> {
  const view = new View(parse(spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
