import { isDeepStrictEqual } from 'node:util';
import { type Experiment, loadExperiment } from '../../experiments/experiment.js';
import { isObject } from '../../experiments/presets.js';
import { type PaperRow, paperRows, paperTables } from './numbers.js';

/** What the paper has of a group, beside it. */
export interface BesidePaper {
  readonly table: PaperRow['table'];
  readonly cells: readonly PaperCell[];
  /** Where the protocol is another. */
  readonly protocol: readonly { readonly setting: string; readonly here: unknown; readonly paper: unknown }[];
}

export interface PaperCell {
  readonly variant: string;
  readonly curvature: string;
  /** That follows the paper's protocol. */
  readonly preset: string;
  /** By metric, as printed; shares in percent. */
  readonly values: Readonly<Record<string, number>>;
  /** Of the plain loss. */
  readonly baseline: Readonly<Record<string, number>>;
}

/** A variant, by an experiment of it. */
interface Variant {
  readonly variant: string;
  readonly experiment: Experiment;
}

/** The paper's figures of those variants that it has, of the table of the first; undefined where it has none. */
export function besidePaper(variants: readonly Variant[], seeds: number): BesidePaper | undefined {
  const matched = variants.flatMap((one) => {
    const row = paperRowOf(one.experiment);
    return row ? [{ ...one, row }] : [];
  });
  if (matched.length === 0) return undefined;
  const { table } = matched[0].row;
  const inTable = matched.filter(({ row }) => row.table === table);
  return { table, cells: inTable.map(cellOf), protocol: [...seedsApart(seeds, table), ...settingsApart(inTable)] };
}

type Matched = Variant & { readonly row: PaperRow };

/** The row that an experiment belongs to; undefined also where the row has nothing of its curvature. */
function paperRowOf(experiment: Experiment): PaperRow | undefined {
  const { curvature, scope, definiteness = 'tikhonov', products = 'all', clipNorm } = experiment.newton; // absent in old runs
  if (clipNorm !== undefined) return undefined;
  if (curvature !== 'none' && (scope !== 'batch' || definiteness !== 'tikhonov' || products !== 'all')) {
    return undefined;
  }
  if (experiment.evaluateOn === 'validation') return undefined;
  const settings = flat(experiment);
  return paperRows.find(({ where, values }) =>
    Object.entries(where).every(([path, value]) => settings.get(path) === value)
    && Object.values(values)[0][curvature] !== undefined
  );
}

function cellOf({ variant, row: { preset, values }, experiment }: Matched): PaperCell {
  const of = (curvature: string): Record<string, number> =>
    Object.fromEntries(
      Object.entries(values).flatMap(([metric, row]) => (curvature in row ? [[metric, row[curvature]]] : [])),
    );
  const { curvature } = experiment.newton;
  return { variant, curvature, preset, values: of(curvature), baseline: of('none') };
}

function seedsApart(here: number, table: PaperRow['table']): BesidePaper['protocol'] {
  const paper = paperTables[table].seeds;
  return here === paper ? [] : [{ setting: 'seeds', here, paper }];
}

/** Settings in which some variant is not as the paper's: once for all where all are apart alike, else by variant. */
function settingsApart(matched: readonly Matched[]): BesidePaper['protocol'] {
  const apart = matched.map((one) => ({ ...one, settings: apartFromPaper(one) }));
  const names = new Set(apart.flatMap(({ settings }) => [...settings.keys()]));
  return [...names].flatMap((setting) => {
    const found = apart.flatMap(({ variant, settings }) => {
      const pair = settings.get(setting);
      return pair ? [{ setting: `${setting} of ${variant}`, ...pair }] : [];
    });
    const [{ here, paper }] = found;
    const alike = found.every((other) => isDeepStrictEqual([other.here, other.paper], [here, paper]));
    return alike && found.length === matched.length ? [{ setting, here, paper }] : found;
  });
}

function apartFromPaper({ experiment, row }: Matched): Map<string, { here: unknown; paper: unknown }> {
  const preset = loadExperiment(`${row.preset}/${experiment.newton.curvature}`);
  const paper = new Map([...flat(protocolOf(preset)), ...Object.entries(paperTables[row.table].settings ?? {})]);
  const here = flat(protocolOf(experiment));
  return new Map(
    [...paper].filter(([path, value]) => here.has(path) && !isDeepStrictEqual(here.get(path), value))
      .map(([path, value]) => [path, { here: here.get(path), paper: value }]),
  );
}

/** What of an experiment its results depend on. */
function protocolOf({ task, model, loss, newton, optimizer, steps, batchSize }: Experiment): object {
  const damping = newton.curvature === 'none' ? {} : { newton: { lambda: newton.lambda } };
  return { task, model, loss, ...damping, optimizer, steps, batchSize };
}

/** Values by dotted path; arrays are values. */
function flat(value: object, above = ''): Map<string, unknown> {
  return new Map(
    Object.entries(value).flatMap(([key, inner]: [string, unknown]): [string, unknown][] =>
      isObject(inner) ? [...flat(inner, `${above}${key}.`)] : [[`${above}${key}`, inner]]
    ),
  );
}
