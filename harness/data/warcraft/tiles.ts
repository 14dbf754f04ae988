import { createRng, type Rng } from '../../../core/random/rng.js';

/** Side of a tile in pixels, and how many pictures there are of each terrain. */
export const TILE = 8;
export const VARIANTS = 16;
const PIXELS = TILE * TILE;

type Colour = readonly [red: number, green: number, blue: number];

/** Ground with a grain, and blobs on it: pebbles, tufts, tree crowns, boulders, waves; lit from the upper left. */
interface Style {
  readonly ground: Colour;
  readonly grain: number;
  readonly blobs: number;
  readonly width: number;
  readonly height: number;
  readonly light: Colour;
  readonly dark: Colour;
}

const styles: readonly Style[] = [
  { ground: [181, 150, 98], grain: 7, blobs: 2, width: 0.9, height: 0.8, light: [207, 180, 129], dark: [143, 113, 70] },
  { ground: [97, 143, 61], grain: 7, blobs: 4, width: 0.6, height: 1.1, light: [132, 176, 80], dark: [76, 121, 52] },
  { ground: [34, 72, 36], grain: 5, blobs: 5, width: 2.1, height: 2.1, light: [86, 138, 62], dark: [17, 46, 27] },
  { ground: [104, 97, 92], grain: 7, blobs: 3, width: 2.6, height: 2.3, light: [173, 166, 157], dark: [62, 57, 56] },
  { ground: [42, 88, 150], grain: 4, blobs: 2, width: 2.4, height: 0.55, light: [96, 146, 198], dark: [60, 108, 168] },
];

/** The one tile set, the same for every seed: RGB bytes, terrain by variant by row by column. */
export const tileSet: Uint8Array = drawTiles(createRng(1995));

/** Where the colour of a pixel of a tile begins in the tile set. */
export function tileOffset(terrain: number, variant: number, row: number, column: number): number {
  return 3 * ((terrain * VARIANTS + variant) * PIXELS + row * TILE + column);
}

function drawTiles(rng: Rng): Uint8Array {
  const out = new Uint8Array(3 * styles.length * VARIANTS * PIXELS);
  styles.forEach((style, terrain) => {
    for (let variant = 0; variant < VARIANTS; variant++) {
      drawTile(
        style,
        rng.split(terrain).split(variant),
        out.subarray(tileOffset(terrain, variant, 0, 0), tileOffset(terrain, variant + 1, 0, 0)),
      );
    }
  });
  return out;
}

function drawTile(style: Style, rng: Rng, out: Uint8Array): void {
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const grain = style.grain * (2 * rng.uniform() - 1);
    out.set(style.ground.map((channel) => channel + grain), 3 * pixel);
  }
  for (let blob = 0; blob < style.blobs; blob++) {
    drawBlob(style, TILE * rng.uniform(), TILE * rng.uniform(), 0.8 + 0.4 * rng.uniform(), out);
  }
}

/** An ellipse around (x, y), from `light` in its upper left to `dark` in its lower right. */
function drawBlob({ width, height, light, dark }: Style, x: number, y: number, scale: number, out: Uint8Array): void {
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const u = ((pixel % TILE) + 0.5 - x) / (scale * width);
    const v = (Math.floor(pixel / TILE) + 0.5 - y) / (scale * height);
    if (u * u + v * v > 1) continue;
    const shade = (u + v + Math.SQRT2) / (2 * Math.SQRT2);
    out.set(light.map((channel, k) => channel * (1 - shade) + dark[k] * shade), 3 * pixel);
  }
}
