import { LossError } from '../../../core/errors.js';
import { readNpy } from '../npy.js';
import type { NpyType } from '../npy-header.js';
import { contents, fileName, findFolder, partsOf, type Split, verifyOfficial } from './files.js';
import { isPath } from './path.js';

/** Maps of a split, all row-major and a map after the other. */
export interface WarcraftSplit {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** Pixels along the side of a cell's tile. */
  readonly tile: number;
  /** RGB, count x (tile rows) x (tile columns) x 3. */
  readonly maps: Uint8Array;
  /** Costs of the cells, count x rows x columns. */
  readonly costs: Float32Array;
  /** 1 on the shortest path from the first cell to the last, both included, else 0: count x rows x columns. */
  readonly paths: Uint8Array;
}

export interface ReadOptions {
  /** Rows and columns of the grids; default 12. */
  readonly size?: number;
  /** Compare the files with the official ones of 12 x 12 by their checksums. */
  readonly verify?: boolean;
}

/**
 * Reads a split from the files of Vlastelica et al., Differentiation of Blackbox Combinatorial Solvers, ICLR 2020 (or
 * `generate warcraft`):
 *
 *     SPLIT_maps.npy            uint8    N x 8 size x 8 size x 3
 *     SPLIT_vertex_weights.npy  float16  N x size x size
 *     SPLIT_shortest_paths.npy  0 or 1   N x size x size
 *
 * each whole or in parts, in `folder`, `folder`/12x12 or `folder`/warcraft_shortest_path_oneskin/12x12. DATA where a
 * file is missing or malformed, shapes do not fit together, costs are not positive, or paths not 0 and 1 or not from
 * corner to corner.
 */
export async function readWarcraft(
  folder: string,
  split: Split,
  { size = 12, verify = false }: ReadOptions = {},
): Promise<WarcraftSplit> {
  const place = findFolder(folder, size);
  const files = contents.map((content) => {
    const parts = partsOf(place, split, content);
    if (parts.length === 0) {
      throw new LossError(
        'DATA',
        `${place}: expected ${fileName(split, content)} or its parts _part0, ..., got neither`,
      );
    }
    return parts;
  }) as [string[], string[], string[]];
  if (verify) { for (const file of files.flat()) await verifyOfficial(file); }
  const [maps, costs, paths] = files;
  const cells = await read(
    costs,
    (shape) => shape.length === 3 && shape[1] === size && shape[2] === size,
    `(N, ${size}, ${size})`,
  );
  const [count] = cells.shape as [number];
  const labels = await read(
    paths,
    (shape) => String(shape) === String(cells.shape),
    `(${cells.shape.join(', ')}) like ${costs[0]}`,
  );
  const pictures = await read(
    maps,
    ([n, height, width, channels, ...rest]) =>
      n === count && height === width && width > 0 && width % size === 0 && channels === 3 && rest.length === 0,
    `(${count}, ${size} t, ${size} t, 3) with t pixels a cell`,
  );
  return {
    count,
    rows: size,
    columns: size,
    tile: pictures.shape[1] / size,
    maps: bytesOf(pictures, maps[0]),
    costs: checked(Float32Array.from(cells.data), (cost) => cost > 0 && cost < Infinity, 'positive costs', costs[0]),
    paths: pathsOf(
      checked(labels.data, (on) => on === 0 || on === 1, '0 or 1 for each cell', paths[0]),
      size,
      paths[0],
    ),
  };
}

async function read(
  files: readonly string[],
  fits: (shape: readonly number[]) => boolean,
  expected: string,
): ReturnType<typeof readNpy> {
  const [first, ...more] = files as [string, ...string[]];
  const array = await readNpy(first, ...more);
  if (!fits(array.shape) || array.shape[0] < 1) {
    throw new LossError('DATA', `${first}: expected shape ${expected}, got (${array.shape.join(', ')})`);
  }
  return array;
}

/** DATA where the cells of a map do not join its corners. */
function pathsOf(labels: ArrayLike<number>, size: number, file: string): Uint8Array {
  const paths = Uint8Array.from(labels);
  for (let from = 0; from < paths.length; from += size * size) {
    if (isPath(paths, from, size, size)) continue;
    const expected = 'a path over neighbouring cells from the first to the last';
    throw new LossError('DATA', `${file}: expected ${expected}, got none on map ${from / size ** 2}`);
  }
  return paths;
}

function bytesOf({ type, data }: { type: NpyType; data: unknown }, file: string): Uint8Array {
  if (type === 'uint8') return data as Uint8Array;
  throw new LossError('DATA', `${file}: expected pictures of uint8, got ${type}`);
}

function checked<Values extends Float32Array | Float64Array | Uint8Array>(
  values: Values,
  fits: (value: number) => boolean,
  expected: string,
  file: string,
): Values {
  const wrong = values.findIndex((value) => !fits(value));
  if (wrong < 0) return values;
  throw new LossError('DATA', `${file}: expected ${expected}, got ${values[wrong]} at entry ${wrong}`);
}
