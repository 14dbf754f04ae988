import { type Chart, draw, type Drawing, PAPER, type Point, type Series } from '../report/chart/draw.js';
import { html, Markup } from '../report/markup.js';
import { largestOf, smallestOf } from '../run/extremes.js';
import type { Curve, Landscape } from './landscape.js';

/** Pixels of a panel, and of the lines of text above all. */
const [WIDTH, HEIGHT, LINE] = [420, 130, 20];
/** Of the picture, for its lines of text. */
const LEAST_WIDTH = 600;

/** Of the values of a curve, the share that an axis is made for; the rest, where a matrix is nearly singular, is cut off. */
const SHOWN = 0.96;

/**
 * Landscapes side by side as one SVG that stands alone, light and dark: the value above, below it a panel each way, with
 * upright lines where the other outputs are, and triangles where a line goes beyond its axis. `lines` of text stand above.
 */
export function landscapeFigure(landscapes: readonly Landscape[], lines: readonly string[], output: number): string {
  const columns = landscapes.map((landscape) => columnOf(landscape, output));
  const top = LINE * (lines.length + 0.5);
  const width = Math.max(LEAST_WIDTH, WIDTH * columns.length);
  const height = top + columns[0].reduce((sum, drawing) => sum + drawing.height, 0);
  const cells = columns.flatMap((drawings, column) => {
    let y = top;
    return drawings.map(({ svg, width: own, height: high }) => {
      const cell = html`<svg x="${column * WIDTH}" y="${y}" width="${own}" height="${high}">${svg}</svg>`;
      y += high;
      return cell;
    });
  });
  const text = lines.map((line, k) => html`<text x="14" y="${LINE * (k + 1)}">${line}</text>`);
  const description = `${lines.join('. ')}. Values and directions as output ${output} moves`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${description}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="currentColor">${new Markup(
    `<style>${PAPER.text}</style>`,
  )}<rect class="paper" width="${width}" height="${height}"/>${text}${cells}</svg>\n`.text;
}

function columnOf(landscape: Landscape, output: number): Drawing[] {
  const { spread, curves } = landscape;
  const apart = spread === 1 ? 'as drawn' : `${spread} times as far apart`;
  const last = curves.length - 1;
  return [
    panel(landscape, curves[0].value, 0, `value, ${apart}`),
    ...curves.map((curve, k) =>
      panel(landscape, curve.direction, k, titleOf(curve), k === last ? `output ${output}` : '')
    ),
  ];
}

/** "hessian, λ = 0.1, up to 690, none at 3 of 601 places". */
function titleOf({ title, direction }: Curve): string {
  const finite = direction.filter(Number.isFinite);
  const missing = direction.length - finite.length;
  const largest = `up to ${Number(largestOf(finite.map(Math.abs)).toPrecision(3))}`;
  return `${title}, ${largest}${missing === 0 ? '' : `, none at ${missing} of ${direction.length} places`}`;
}

function panel({ x, others }: Landscape, y: readonly number[], variant: number, title: string, axis = ''): Drawing {
  const { pieces, beyond } = within(x.map((at, k) => ({ x: at, y: y[k] })));
  const heights = [...pieces.flat(), ...beyond].map((point) => point.y);
  const ends = [smallestOf([0, ...heights]), largestOf([0, ...heights])];
  const series = (kind: Series['kind'], points: readonly Point[]): Series => ({ name: title, variant, kind, points });
  const marks = others.map((at) => series('run', ends.map((end) => ({ x: at, y: end }))));
  const [first = [], ...rest] = pieces;
  const chart: Chart = {
    description: title,
    x: axis,
    y: '',
    log: false,
    panels: [{
      title,
      series: [
        ...marks,
        { ...series('mean', first), explosive: beyond },
        ...rest.map((piece) => series('mean', piece)),
      ],
    }],
    height: HEIGHT,
    opacity: 0.6,
  };
  return draw(chart, WIDTH);
}

interface Shown {
  /** Of the line, without what is beyond its axis. */
  readonly pieces: readonly (readonly Point[])[];
  /** At the end of the axis, where each part of the line is that it does not show. */
  readonly beyond: readonly Point[];
}

/** A line as an axis shows it that is made for all but the outermost values, with as much room around these. */
function within(points: readonly Point[]): Shown {
  const sorted = Float64Array.from(points.map(({ y }) => y).filter(Number.isFinite)).sort();
  const cut = Math.floor((sorted.length * (1 - SHOWN)) / 2);
  const [least, greatest] = [sorted[cut], sorted[sorted.length - 1 - cut]];
  const room = greatest - least;
  const [low, high] = [least - room, greatest + room];
  const pieces: Point[][] = [];
  const beyond: Point[] = [];
  let before = 0;
  for (const point of points) {
    const side = point.y > high ? 1 : point.y < low ? -1 : point.y >= low ? 0 : NaN;
    if (side === 0 && before === 0 && pieces.length > 0) pieces.at(-1)!.push(point);
    else if (side === 0) pieces.push([point]);
    else if (side !== before && !Number.isNaN(side)) beyond.push({ x: point.x, y: side > 0 ? high : low });
    before = side;
  }
  return { pieces, beyond };
}
