import { html, Markup } from '../markup.js';
import { EXPLOSIVE, lookOf } from './palette.js';
import { linearScale, logScale, type Scale } from './scale.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A mean with an interval around it. */
export interface BandPoint extends Point {
  readonly low: number;
  readonly high: number;
}

/** A line in the look of its variant. */
export interface Series {
  readonly name: string;
  readonly variant: number;
  /** One run, thin, or the mean of a variant, thick. */
  readonly kind: 'run' | 'mean';
  readonly points: readonly Point[];
  /** Around the points, behind all lines. */
  readonly band?: readonly BandPoint[];
  /** Points with the variant's symbol. */
  readonly symbols?: readonly Point[];
  /** Points with a triangle: intervals with explosive steps. */
  readonly explosive?: readonly Point[];
}

export interface Panel {
  /** Above it, where there are several. */
  readonly title?: string;
  readonly series: readonly Series[];
}

/** Lines over common axes, in panels below each other. */
export interface Chart {
  /** What a screen reader says instead. */
  readonly description: string;
  readonly x: string;
  readonly y: string;
  /** Whether the y axis is logarithmic; all values are positive then. */
  readonly log: boolean;
  /** Whether the x axis is. */
  readonly logX?: boolean;
  readonly panels: readonly Panel[];
  /** Height of a panel in pixels. */
  readonly height: number;
  /** How opaque thin lines are. */
  readonly opacity: number;
}

/** Where a panel is in the picture. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: Scale;
  readonly y: Scale;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly frames: readonly Frame[];
  readonly svg: Markup;
}

const FONT = 'system-ui, sans-serif';
/** Of a picture that stands alone: colours as those of the report's style sheet, light and dark. */
export const PAPER = new Markup(
  '.paper{fill:#fff}svg{color:#1c1e21}@media(prefers-color-scheme:dark){.paper{fill:#16181c}svg{color:#e4e7eb}}',
);
const MARGIN = { left: 62, right: 14, top: 10, bottom: 42 };
const GAP = 26; // between panels, with the title of the lower one
const LEGEND_LINE = 22;
const LETTER = 7; // about the width of one, in pixels

/**
 * A chart as SVG in the colours of the page around it; with `names` of all variants, one to stand alone, on its own paper
 * and with a legend, which wraps.
 */
export function draw(chart: Chart, width: number, names?: readonly string[]): Drawing {
  const legend = names ? legendRows(names, width) : [];
  const titled = chart.panels.some(({ title }) => title !== undefined);
  const top = MARGIN.top + LEGEND_LINE * legend.length + (titled ? GAP - MARGIN.top : 0);
  const frames = framesOf(chart, width, top);
  const height = (frames.at(-1)?.bottom ?? top) + MARGIN.bottom;
  const namespace = names ? html` xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"` : '';
  const svg = html`<svg role="img" aria-label="${chart.description}"${namespace} viewBox="0 0 ${width} ${
    round(height)
  }" font-family="${FONT}" font-size="12" fill="currentColor" stroke-linejoin="round">${
    names ? html`<style>${PAPER}</style><rect class="paper" width="${width}" height="${height}"/>` : ''
  }${legend}${frames.map((frame, k) => panel(chart, chart.panels[k], frame))}${xLabels(chart, frames.at(-1))}</svg>`;
  return { width, height, frames, svg };
}

function framesOf({ panels, log, logX, height }: Chart, width: number, top: number): Frame[] {
  const points = panels.flatMap(({ series }) => series.flatMap((line) => line.points));
  if (points.length === 0) return [];
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const scaleX = logX ? logScale : linearScale;
  const x = scaleX(points.map((point) => point.x), [left, right], Math.max(2, Math.floor((right - left) / 90)));
  const scale = log ? logScale : linearScale;
  const bands = panels.flatMap(({ series }) => series.flatMap(({ band = [] }) => band));
  const values = [...points.map(({ y }) => y), ...bands.flatMap(({ low, high }) => [low, high])];
  return panels.map((_, k) => {
    const upper = top + k * (height + GAP);
    const bottom = upper + height;
    return { left, right, top: upper, bottom, x, y: scale(values, [bottom, upper], Math.max(2, height / 50)) };
  });
}

function panel(chart: Chart, { title, series }: Panel, { left, right, top, bottom, x, y }: Frame): Markup {
  const middle = round((top + bottom) / 2);
  const grid = y.ticks.map(({ value, label }) =>
    html`<line x1="${left}" x2="${right}" y1="${round(y.at(value))}" y2="${
      round(y.at(value))
    }" stroke="#999" stroke-opacity="0.3"/><text x="${left - 7}" y="${
      round(y.at(value) + 4)
    }" text-anchor="end">${label}</text>`
  );
  const posts = x.ticks.map(({ value }) => {
    const at = round(x.at(value));
    return html`<line x1="${at}" x2="${at}" y1="${top}" y2="${bottom}" stroke="#999" stroke-opacity="0.15"/>`;
  });
  return html`${grid}${posts}<text transform="translate(14,${middle}) rotate(-90)" text-anchor="middle">${chart.y}</text>${
    title === undefined ? '' : html`<text x="${left}" y="${top - 8}" font-weight="bold">${title}</text>`
  }${series.map((line) => drawBand(line, x, y))}${series.map((line) => drawSeries(line, chart.opacity, x, y))}`;
}

function drawBand({ variant, band = [] }: Series, x: Scale, y: Scale): Markup {
  if (band.length === 0) return html``;
  const edge = (end: 'low' | 'high'): string[] => band.map((point) => place(x, y, { x: point.x, y: point[end] }));
  return html`<path class="band" d="M${[...edge('high'), ...edge('low').reverse()].join('L')}z" fill="${
    lookOf(variant).colour
  }" fill-opacity="0.13"/>`;
}

function place(x: Scale, y: Scale, point: Point): string {
  return `${round(x.at(point.x))},${round(y.at(point.y))}`;
}

function drawSeries(
  { kind, variant, points, symbols = [], explosive = [] }: Series,
  opacity: number,
  x: Scale,
  y: Scale,
) {
  const { colour, symbol, dashes } = lookOf(variant);
  const style = kind === 'run'
    ? html`stroke-width="1" opacity="${opacity}"`
    : html`stroke-width="2.5"`;
  const dash = dashes === 'none' ? html`` : html` stroke-dasharray="${dashes}"`;
  const marks = (shape: string, at: readonly Point[]): Markup[] =>
    at.map((point) => html`<path d="${shape}" transform="translate(${place(x, y, point)})"/>`);
  return html`<path d="M${
    points.map((point) => place(x, y, point)).join('L')
  }" fill="none" stroke="${colour}"${dash} ${style}/>${
    symbols.length > 0 ? html`<g fill="${colour}">${marks(symbol, symbols)}</g>` : ''
  }${explosive.length > 0 ? html`<g class="explosive" fill="${colour}">${marks(EXPLOSIVE, explosive)}</g>` : ''}`;
}

function xLabels(chart: Chart, frame: Frame | undefined): Markup {
  if (!frame) return html``;
  const { left, right, bottom, x } = frame;
  const labels = x.ticks.map(({ value, label }) => {
    const anchor = x.at(value) + LETTER > right ? 'end' : 'middle';
    return html`<text x="${round(x.at(value))}" y="${bottom + 17}" text-anchor="${anchor}">${label}</text>`;
  });
  return html`${labels}<text x="${round((left + right) / 2)}" y="${
    bottom + 35
  }" text-anchor="middle">${chart.x}</text>`;
}

/** The symbol of a variant as a picture of its own, beside its name. */
export function swatch(variant: number): Markup {
  return html`<svg class="swatch" viewBox="-6 -6 12 12" width="12" height="12" aria-hidden="true">${
    symbolOf(variant)
  }</svg>`;
}

function symbolOf(variant: number): Markup {
  const { colour, symbol } = lookOf(variant);
  return html`<path d="${symbol}" fill="${colour}"/>`;
}

function legendRows(names: readonly string[], width: number): Markup[] {
  const rows: Markup[][] = [];
  let used = Infinity;
  names.forEach((name, variant) => {
    const needed = 34 + LETTER * name.length;
    if (used + needed > width - MARGIN.right) {
      rows.push([]);
      used = MARGIN.left;
    }
    const y = MARGIN.top + LEGEND_LINE * (rows.length - 1) + 6;
    rows.at(-1)!.push(
      html`<g transform="translate(${used + 6},${y})">${symbolOf(variant)}<text x="12" y="4">${name}</text></g>`,
    );
    used += needed;
  });
  return rows.map((row) => html`${row}`);
}

/** Enough digits for a screen, few enough for a file. */
function round(pixels: number): number {
  return Math.round(10 * pixels) / 10;
}
