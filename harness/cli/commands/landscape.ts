import path from 'node:path';
import { LossError } from '../../../core/errors.js';
import { textOf } from '../../../core/messages.js';
import { openRegistry } from '../../../node/open-registry.js';
import { parseNames } from '../../compare/lists.js';
import { writeFileAtomically } from '../../files/atomic-file.js';
import { landscapeFigure } from '../../landscape/figure.js';
import { type Landscape, landscapes, type Way } from '../../landscape/landscape.js';
import { waysOf } from '../../landscape/ways.js';
import { describeNamed } from '../../report/settings.js';
import { csvLine } from '../../report/tables/csv.js';
import { print } from '../../terminal/output.js';

export interface LandscapeOptions {
  readonly registry: readonly string[];
  /** Parameters of the loss, by dotted path. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly variants?: string;
  readonly lambda?: number;
  readonly outputs: number;
  readonly output: number;
  readonly spread: readonly number[];
  readonly seed: number;
  readonly out: string;
}

/**
 * `newton-losses landscape SOURCE`: draws the value of a loss and the directions that it and its Newton losses give, as
 * one output of a sample moves through the others. PARAMS where the file's name does not end in .svg or .csv, or no
 * variant is called so.
 */
export async function landscape(source: string, options: LandscapeOptions): Promise<void> {
  const { registry, set = {}, variants, lambda, outputs, output, spread, seed, out } = options;
  const write = writers[path.extname(out).toLowerCase()];
  if (!write) {
    throw new LossError('PARAMS', `a landscape should be a file that ends in .svg or .csv, got ${textOf(out)}`);
  }
  const ways = await waysOf(source, await openRegistry(...registry), { set, lambda });
  const shown = variants === undefined ? ways : parseNames('--variants', variants).map((name) => named(name, ways));
  const found = landscapes(shown, { outputs, output, spreads: spread, seed });
  writeFileAtomically(out, write(found, shown, output));
  print(out);
}

function named(name: string, ways: readonly Way[]): Way {
  const way = ways.find((one) => one.name === name);
  if (way) return way;
  const there = ways.map((one) => one.name);
  throw new LossError('PARAMS', `--variants: none is called ${textOf(name)}; there are ${there.join(', ')}`);
}

type Writer = (landscapes: readonly Landscape[], ways: readonly Way[], output: number) => string;

const writers: Readonly<Record<string, Writer | undefined>> = {
  '.svg': (found, [{ loss }], output) =>
    landscapeFigure(found, [
      `${describeNamed({ ...loss.params, name: loss.plugin.name })}, target ${textOf(found[0].target)}`,
      `Output ${output} moves through the others (upright lines); triangles: beyond the axis.`,
      'Below the value what it gets: g, or d = (C + λI)⁻¹g with C of this sample alone.',
    ], output),
  '.csv': (found) => [heads, ...found.flatMap(rowsOf)].map(csvLine).join(''),
};

const heads = ['spread', 'variant', 'x', 'value', 'direction'];

function rowsOf({ spread, x, curves }: Landscape): (string | number | undefined)[][] {
  return curves.flatMap(({ name, value, direction }) =>
    x.map((at, k) => [spread, name, at, value[k], Number.isNaN(direction[k]) ? undefined : direction[k]])
  );
}
