/** How a variant is told from others, in colour and, for those who print in grey, by its symbol. */
export interface Look {
  readonly colour: string;
  /** An SVG path around the origin. */
  readonly symbol: string;
  /** Of lines, as SVG has it: after the sixth variant they are dashed. */
  readonly dashes: string;
}

/**
 * Okabe and Ito, Color Universal Design (2008), without black and yellow: told apart with every common colour vision.
 */
const COLOURS = ['#D55E00', '#0072B2', '#009E73', '#CC79A7', '#E69F00', '#56B4E9'];
/** Circle, square, triangle, diamond, cross: one fewer than colours, so that no two of thirty variants have both. */
const SYMBOLS = [
  'M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z',
  'M-3.5,-3.5h7v7h-7z',
  'M0,-4.5l4.5,8h-9z',
  'M0,-5l4,5l-4,5l-4,-5z',
  'M-1.5,-4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z',
];
const DASHES = ['none', '7 3', '2 3', '9 3 2 3', '5 5'];

/** Marks an interval with explosive steps: a triangle upside down. */
export const EXPLOSIVE = 'M0,4.5l4.5,-8h-9z';

/** Of variant 0, 1, ...; after thirty they come again. */
export function lookOf(variant: number): Look {
  return {
    colour: COLOURS[variant % COLOURS.length],
    symbol: SYMBOLS[variant % SYMBOLS.length],
    dashes: DASHES[Math.floor(variant / COLOURS.length) % DASHES.length],
  };
}
