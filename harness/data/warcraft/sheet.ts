import { encodePng } from './png.js';
import type { WarcraftMap } from './map.js';
import { terrainCosts, terrains } from './terrain.js';
import { TILE } from './tiles.js';

const SIDE = 192;
const GAP = 16;
const LEFT = 28;
const LEGEND = 32;
/** From cheap to dear. */
const shades: readonly string[] = ['#fff7e6', '#f7dfb0', '#e39a62', '#b75a4d', '#6d2f4c'];

/** An SVG sheet of maps, a column each: the picture, the costs of the cells, and the shortest path on the picture. */
export function drawSheet(maps: readonly WarcraftMap[], size: number): string {
  const width = LEFT + maps.length * (SIDE + GAP);
  const height = GAP + 3 * (SIDE + GAP) + LEGEND;
  const rows = ['map', 'costs', 'shortest path'];
  const titles = rows.map((title, row) => {
    const middle = rowStart(row) + SIDE / 2;
    return `<text x="18" y="${middle}" transform="rotate(-90 18 ${middle})" text-anchor="middle">${title}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img"` +
    ` font-family="system-ui, sans-serif" font-size="13" fill="#333">`,
    '<title>Generated maps, the costs of their cells and their shortest paths</title>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...titles,
    ...maps.map((map, k) => columnOf(map, size, LEFT + k * (SIDE + GAP), k)),
    legend(rowStart(3)),
    '</svg>',
    '',
  ].join('\n');
}

function rowStart(row: number): number {
  return GAP + row * (SIDE + GAP);
}

function columnOf({ picture, costs, path }: WarcraftMap, size: number, x: number, k: number): string {
  const png = encodePng(picture, size * TILE, size * TILE).toString('base64');
  const cell = SIDE / size;
  return [
    `<g transform="translate(${x} 0)">`,
    `<image id="map-${k}" y="${
      rowStart(0)
    }" width="${SIDE}" height="${SIDE}" style="image-rendering:pixelated" href="data:image/png;base64,${png}"/>`,
    `<g transform="translate(0 ${rowStart(1)}) scale(${cell})" shape-rendering="crispEdges">${
      costCells(costs, size)
    }</g>`,
    `<rect y="${rowStart(1)}" width="${SIDE}" height="${SIDE}" fill="none" stroke="#ccc"/>`,
    `<use href="#map-${k}" y="${rowStart(2) - rowStart(0)}"/>`,
    `<g transform="translate(0 ${
      rowStart(2)
    }) scale(${cell})" fill="none" stroke-linejoin="round" stroke-linecap="round">${pathLine(path, size)}</g>`,
    '</g>',
  ].join('\n');
}

/** A path for each terrain with all of its cells: short, where a rectangle for each cell is long. */
function costCells(costs: Float64Array, size: number): string {
  return terrainCosts
    .map((cost, terrain) => {
      const cells = [...costs.keys()].filter((cell) => costs[cell] === cost);
      const squares = cells.map((cell) => `M${cell % size} ${Math.floor(cell / size)}h1v1h-1z`);
      return `<path fill="${shades[terrain]}" d="${squares.join('')}"/>`;
    })
    .join('');
}

function pathLine(path: Float64Array, size: number): string {
  const points = cellsInOrder(path, size).map((cell) => `${(cell % size) + 0.5},${Math.floor(cell / size) + 0.5}`);
  const line = (stroke: string, width: number): string =>
    `<polyline points="${points.join(' ')}" stroke="${stroke}" stroke-width="${width}"/>`;
  return line('#000', 0.5) + line('#ffd21f', 0.26);
}

/**
 * The cells of a shortest path from its first to its last: each has no other neighbours on it than the one before and
 * the one after.
 */
function cellsInOrder(path: Float64Array, size: number): number[] {
  const order = [0];
  const left = new Set([...path.keys()].filter((cell) => cell > 0 && path[cell] === 1));
  while (left.size > 0) {
    const at = order.at(-1)!;
    const next = [...left].find((cell) =>
      Math.abs((cell % size) - (at % size)) <= 1 && Math.abs(Math.floor(cell / size) - Math.floor(at / size)) <= 1
    );
    if (next === undefined) break;
    left.delete(next);
    order.push(next);
  }
  return order;
}

function legend(y: number): string {
  const items = terrains.map((terrain, k) => {
    const x = LEFT + k * 130;
    const box = `<rect x="${x}" y="${y}" width="16" height="16" fill="${shades[k]}" stroke="#999"/>`;
    return `${box}<text x="${x + 23}" y="${y + 13}">${terrain} ${terrainCosts[k].toFixed(1)}</text>`;
  });
  return items.join('\n');
}
