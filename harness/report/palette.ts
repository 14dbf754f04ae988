/**
 * Okabe and Ito, Color Universal Design (2008), without black and yellow: told apart with every common colour vision.
 */
const COLOURS = ['#D55E00', '#0072B2', '#009E73', '#CC79A7', '#E69F00', '#56B4E9'];
const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'];

/** Colours and, for those who print in grey, symbols of the variants, in order. */
export function palette(variants: readonly string[]): { colours: string[]; shapes: string[] } {
  return {
    colours: variants.map((_, i) => COLOURS[i % COLOURS.length]),
    shapes: variants.map((_, i) => SHAPES[i % SHAPES.length]),
  };
}
