import type { Spec } from 'vega';

export type Mark = NonNullable<Spec['marks']>[number];

const WIDTH = 800;
const FONT = 'system-ui, sans-serif';
/** The text colour of the page that the figure is part of, light or dark. */
export const INK = 'currentColor';

/** Of a mark whose data has `step` and `value`. */
export const place = { x: { scale: 'x', field: 'step' }, y: { scale: 'y', field: 'value' } };

/** Size, fonts and colours that all figures share. */
export function frame(description: string): Pick<Spec, '$schema' | 'description' | 'width' | 'padding' | 'config'> {
  const text = {
    labelFont: FONT,
    titleFont: FONT,
    labelColor: INK,
    titleColor: INK,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal' as const,
  };
  return {
    $schema: 'https://vega.github.io/schema/vega/v6.json',
    description,
    width: WIDTH,
    padding: 5,
    config: {
      text: { fontSize: 12, font: FONT },
      axis: { ...text, gridOpacity: 0.3, domainColor: '#888', tickColor: '#888', gridColor: '#999' },
      legend: { ...text, symbolStrokeWidth: 2, symbolSize: 80 },
    },
  };
}

/** Scales of the training step and, by variant, of colour and symbol. */
export function stepAndVariant(data: string, variants: readonly string[]): NonNullable<Spec['scales']> {
  const { colours, shapes } = palette(variants);
  return [
    { name: 'x', type: 'linear', domain: { data, field: 'step' }, range: 'width', zero: true },
    { name: 'colour', type: 'ordinal', domain: [...variants], range: colours },
    { name: 'shape', type: 'ordinal', domain: [...variants], range: shapes },
  ];
}

/** A line for each `series` of the data, in the colour of its variant. */
export function lines(data: string, series: string, style: { opacity?: number; strokeWidth: number }): Mark {
  const looks = Object.fromEntries(Object.entries(style).map(([key, value]) => [key, { value }]));
  return {
    type: 'group',
    from: { facet: { name: `${data}-${series}`, data, groupby: series } },
    marks: [{
      type: 'line',
      from: { data: `${data}-${series}` },
      encode: { update: { ...place, ...looks, stroke: { scale: 'colour', field: 'variant' } } },
    }],
  };
}

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
