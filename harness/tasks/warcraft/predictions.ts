import { largestOf, smallestOf } from '../../run/extremes.js';
import { encodePng } from '../../data/warcraft/png.js';

/** A map and what a network makes of it; grids are row-major. */
export interface PredictedMap {
  /** RGB bytes, (rows tile) x (columns tile) x 3. */
  readonly picture: Uint8Array;
  readonly costs: ArrayLike<number>;
  /** 1 on the true path, else 0. */
  readonly label: ArrayLike<number>;
  /** 1 on the path by the predicted costs, else 0. */
  readonly path: ArrayLike<number>;
}

interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** Pixels along the side of a cell. */
  readonly tile: number;
}

const SIDE = 192;
const GAP = 16;
const LEGEND = 24;
/** From cheap to dear. */
const SHADES = ['#fff7e6', '#f9e6c2', '#f2cf99', '#e7ae74', '#d98a5b', '#c2684f', '#a24a4c', '#803a4b', '#5b2848'];
const TRUE = { stroke: '#ffd21f', width: 0.5 };
const PREDICTED = { stroke: '#0072b2', width: 0.2 };

/**
 * An SVG with a column for each map: its picture with the true path and, on it, the predicted one; below the predicted
 * costs, light to dark.
 */
export function drawPredictions(maps: readonly PredictedMap[], grid: Grid): string {
  const height = (SIDE * grid.rows) / grid.columns;
  const [width, below] = [maps.length * (SIDE + GAP) - GAP, height + GAP];
  const columns = maps.map((map, k) => {
    const png = encodePng(map.picture, grid.columns * grid.tile, grid.rows * grid.tile).toString('base64');
    const scale = `scale(${SIDE / grid.columns})`;
    return [
      `<g transform="translate(${k * (SIDE + GAP)} 0)">`,
      `<image width="${SIDE}" height="${height}" style="image-rendering:pixelated" href="data:image/png;base64,${png}"/>`,
      `<g transform="${scale}" fill="none" stroke-linecap="round">${line(map.label, grid, TRUE, '#000')}${
        line(map.path, grid, PREDICTED, '#fff')
      }</g>`,
      `<g transform="translate(0 ${below}) ${scale}" shape-rendering="crispEdges">${
        costCells(map.costs, grid.columns)
      }</g>`,
      '</g>',
    ].join('');
  });
  const total = 2 * (height + GAP) + LEGEND;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" role="img"` +
    ' aria-label="Maps with the true and the predicted path, and the predicted costs of their cells" font-family="system-ui, sans-serif" font-size="13">',
    ...columns,
    legend(2 * below),
    '</svg>',
    '',
  ].join('\n');
}

/** Strokes between all neighbouring cells that are on: of a path, from each to the next. */
function line(on: ArrayLike<number>, { rows, columns }: Grid, { stroke, width }: typeof TRUE, casing: string): string {
  const strokes: string[] = [];
  for (let v = 0; v < rows * columns; v++) {
    if (on[v] <= 0.5) continue;
    const [row, column] = [Math.floor(v / columns), v % columns];
    for (const [down, right] of [[0, 1], [1, -1], [1, 0], [1, 1]] as const) {
      const inside = row + down < rows && column + right >= 0 && column + right < columns;
      if (inside && on[v + down * columns + right] > 0.5) {
        strokes.push(`M${column + 0.5} ${row + 0.5}l${right} ${down}`);
      }
    }
  }
  const path = (colour: string, w: number): string =>
    `<path d="${strokes.join('')}" stroke="${colour}" stroke-width="${w}"/>`;
  return path(casing, width + 0.12) + path(stroke, width);
}

/** A path for each shade with all of its cells, between the least and the largest cost of the map. */
function costCells(costs: ArrayLike<number>, columns: number): string {
  const values = Array.from(costs);
  const [least, largest] = [smallestOf(values), largestOf(values)];
  const step = (largest - least || 1) / SHADES.length;
  const shadeOf = (cost: number): number => Math.min(SHADES.length - 1, Math.floor((cost - least) / step));
  return SHADES.map((fill, shade) => {
    const squares = values.flatMap((
      cost,
      v,
    ) => (shadeOf(cost) === shade ? [`M${v % columns} ${Math.floor(v / columns)}h1v1h-1z`] : []));
    return `<path fill="${fill}" d="${squares.join('')}"/>`;
  }).join('');
}

function legend(y: number): string {
  const sample = (x: number, { stroke, width }: typeof TRUE, text: string): string =>
    `<path d="M${x} ${y + 8}h24" stroke="${stroke}" stroke-width="${16 * width}"/><text x="${x + 30}" y="${
      y + 13
    }" fill="currentColor">${text}</text>`;
  const costs = `<text x="280" y="${
    y + 13
  }" fill="currentColor">predicted costs: light is cheap, dark is dear, each map by itself</text>`;
  return sample(0, TRUE, 'true path') + sample(130, PREDICTED, 'predicted path') + costs;
}
