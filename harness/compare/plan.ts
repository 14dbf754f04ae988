import { isDeepStrictEqual } from 'node:util';
import { LossError } from '../../core/errors.js';
import { newtonOptionsSchema } from '../../core/newton/index.js';
import type { Registry } from '../../core/registry.js';
import { withChanges } from '../experiments/changes.js';
import { type Experiment, validExperiment } from '../experiments/experiment.js';
import { type Origin, originOf } from '../experiments/origin.js';
import { didYouMean } from '../../core/messages.js';
import { isObject, readVaried, type VariedSource, variantOf } from '../experiments/presets.js';
import { type Resolved, resolveExperiment } from '../experiments/resolve.js';
import { valueText } from '../experiments/setting-text.js';
import type { ReadyExperiment } from '../run/run.js';
import type { Split } from '../tasks/index.js';
import type { Axis } from './lists.js';

/** What is to be compared, on which seeds. */
export interface PlanRequest {
  /** Presets and experiment files, or variants of them. Empty: task, model and losses say what to run. */
  readonly sources: readonly string[];
  /** Of the sources; absent: those that are compared by default. */
  readonly variants?: readonly string[] | undefined;
  /** In the place of the sources' own. */
  readonly losses?: readonly string[] | undefined;
  /** In the place of variants: each with the settings of the variant of that name, where there is one. */
  readonly curvatures?: readonly string[] | undefined;
  readonly task?: string | undefined;
  readonly model?: string | undefined;
  /** Dotted path -> value, over all of them. */
  readonly changes: Readonly<Record<string, unknown>>;
  readonly grid: readonly Axis[];
  /** What all of them are evaluated on, whatever they say. */
  readonly evaluateOn?: Split | undefined;
  readonly seeds: readonly number[];
  /** How the runs are begun again. */
  readonly origin: Pick<Origin, 'registry' | 'data'>;
}

/** One run of a comparison. */
export interface PlannedRun extends ReadyExperiment {
  /** A preset, a file or a task: what is compared with each other. */
  readonly group: string;
  readonly variant: string;
  readonly seed: number;
  /** Below the comparison's folder. */
  readonly folder: string;
}

/**
 * Compared where nothing else is asked for, as far as the preset has them: the paper's three, and the baseline without
 * rounding. Of what has none of these, all variants are.
 */
export const DEFAULT_VARIANTS: readonly string[] = ['none', 'fisher', 'hessian', 'gauss-newton', 'none-exact'];

/** Far more runs than anybody waits for, and few enough to plan in a moment. */
const MOST_RUNS = 10_000;

type Content = Readonly<Record<string, unknown>>;

/** An experiment before it is resolved: one of a source, a loss and a point of the grid. */
interface Draft {
  readonly source: VariedSource;
  readonly loss: string | undefined;
  /** Of the source, or the curvature in its place; undefined: the source as it is. */
  readonly variant: string | undefined;
  /** Dotted path -> value. */
  readonly point: Content;
}

/** A run before its seed is known. */
export type Unseeded = Omit<PlannedRun, 'seed' | 'folder'>;

/**
 * Every experiment on every seed, seeds outermost, so that a comparison that is stopped early has whole pairs. Errors as
 * of `planExperiments`.
 */
export async function planRuns(request: PlanRequest, registry: Registry): Promise<PlannedRun[]> {
  const planned = await planExperiments(request, registry);
  const several = planned.some(({ group }) => group !== planned[0].group);
  return onSeeds(planned, request.seeds, several);
}

/**
 * The experiments of a comparison. What is asked for twice is there once: so are the points of a grid of Newton settings
 * for the plain loss, which they do not touch. PARAMS where a preset, a variant or a setting that was asked for does not
 * exist, where different experiments would be called the same, and where there are more than 10,000 runs; else as
 * `resolveExperiment`.
 */
export async function planExperiments(request: PlanRequest, registry: Registry): Promise<Unseeded[]> {
  requireConsistent(request);
  const planned: Unseeded[] = [];
  for (const draft of draftsOf(request)) planned.push(await resolved(draft, request, registry));
  return withoutRepeats(planned);
}

/** Each of them once. PARAMS where two different ones are called the same. */
export function withoutRepeats(planned: readonly Unseeded[]): Unseeded[] {
  const byName = new Map<string, Unseeded>();
  for (const run of planned) {
    const name = `${run.group}/${run.variant}`;
    const same = byName.get(name);
    if (same && !isDeepStrictEqual(same.experiment, run.experiment)) {
      throw new LossError('PARAMS', `two different experiments are called ${name}: give one of them another name`);
    }
    if (!same) byName.set(name, run);
  }
  return [...byName.values()];
}

/** Each on every seed, seeds outermost, below the folders of their groups if `grouped`. PARAMS where they are too many. */
export function onSeeds(planned: readonly Unseeded[], seeds: readonly number[], grouped: boolean): PlannedRun[] {
  requireFew(planned.length * seeds.length);
  return seeds.flatMap((seed) =>
    planned.map((run) => ({
      ...run,
      seed,
      folder: `${grouped ? `${run.group}/` : ''}${run.variant}/seed-${seed}`,
      experiment: { ...run.experiment, seed },
    }))
  );
}

function requireConsistent({ sources, variants, curvatures, losses, task, model, grid, changes }: PlanRequest): void {
  if (variants && curvatures) {
    throw new LossError('PARAMS', '--variants and --curvature both say what a source is varied by: give one of them');
  }
  if (sources.length === 0 && (task === undefined || model === undefined || !losses)) {
    throw new LossError(
      'PARAMS',
      'give presets or experiment files to compare, or --task, --model, --loss and --steps',
    );
  }
  const twice = grid.find(({ path }) => Object.hasOwn(changes, path));
  if (twice) throw new LossError('PARAMS', `both --grid and --set or --steps give ${twice.path}: give one of them`);
  const own = ['name', 'seed'].find((path) =>
    [...grid.map((axis) => axis.path), ...Object.keys(changes)].includes(path)
  );
  if (own !== undefined) {
    throw new LossError('PARAMS', `${own} cannot be set: runs are named by what varies, seeds by --seeds`);
  }
  const known = ['auto', ...newtonOptionsSchema.properties.curvature.enum];
  const unknown = curvatures?.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const hint = `${didYouMean(unknown, known)}; there are ${known.join(', ')}`;
  throw new LossError('PARAMS', `--curvature: none is called ${JSON.stringify(unknown)}${hint}`);
}

function requireFew(runs: number): void {
  if (runs <= MOST_RUNS) return;
  throw new LossError('PARAMS', `a comparison should have at most ${MOST_RUNS} runs, got ${runs}`);
}

function draftsOf(request: PlanRequest): Draft[] {
  const { sources, task = '', losses = [undefined], grid, seeds } = request;
  const nothing: VariedSource = { file: 'compare', name: task, content: {}, variants: {} };
  const varied = sources.length === 0 ? [nothing] : sources.map((source) => readVaried(source));
  const pairs = varied.flatMap((source) => {
    const variants = variantsOf(source, request);
    return losses.flatMap((loss) => variants.map((variant) => ({ source, loss, variant })));
  });
  requireFew(grid.reduce((runs, { values }) => runs * values.length, pairs.length * seeds.length));
  const points = grid.reduce<Content[]>(
    (before, { path, values }) => before.flatMap((point) => values.map((value) => ({ ...point, [path]: value }))),
    [{}],
  );
  return pairs.flatMap((pair) => points.map((point) => ({ ...pair, point })));
}

/** Names of what a source is varied by; undefined: by nothing. PARAMS where it has no such variant. */
function variantsOf(source: VariedSource, { variants, curvatures }: PlanRequest): readonly (string | undefined)[] {
  if (curvatures) return curvatures;
  variants?.forEach((variant) => variantOf(source, variant));
  const there = Object.keys(source.variants);
  if (there.length === 0) return [undefined];
  const usual = DEFAULT_VARIANTS.filter((variant) => there.includes(variant));
  return variants ?? (usual.length > 0 ? usual : there);
}

/** PARAMS or LOSS_UNKNOWN, naming the source and the variant, where something does not exist or fit. */
async function resolved(draft: Draft, request: PlanRequest, registry: Registry): Promise<Unseeded> {
  const { sources, curvatures, changes, origin, evaluateOn } = request;
  const { point, ...plain } = draft;
  const ready = await resolvedWith(draft, request, registry);
  const idle = ready.experiment.newton.curvature === 'none' ? Object.keys(point).filter(isIdleWhenPlain) : [];
  if (idle.length > 0) {
    const rest = Object.fromEntries(Object.entries(point).filter(([path]) => !idle.includes(path)));
    return resolved({ ...plain, point: rest }, request, registry);
  }
  const { group, variant } = namesOf(draft, ready.experiment.task.name);
  const original = async (): Promise<Experiment> =>
    sources.length === 0
      ? ready.experiment
      : (await resolvedWith(draft, { curvatures, changes: {}, evaluateOn }, registry)).experiment;
  const begun = await originOf(ready.experiment, changes, registry, original);
  return { ...ready, group, variant, origin: { ...origin, ...begun } };
}

/** Whether a setting means nothing to the plain loss. */
function isIdleWhenPlain(path: string): boolean {
  return path.startsWith('newton.') && path !== 'newton.curvature' && path !== 'newton.clipNorm';
}

async function resolvedWith(
  draft: Draft,
  { task, model, changes, curvatures, evaluateOn }: Pick<
    PlanRequest,
    'task' | 'model' | 'changes' | 'curvatures' | 'evaluateOn'
  >,
  registry: Registry,
): Promise<Resolved> {
  const { source, variant, loss, point } = draft;
  const { file, content } = variant !== undefined && Object.hasOwn(source.variants, variant)
    ? variantOf(source, variant)
    : source;
  const named = {
    ...withNamed(content, { task, model, loss }),
    name: namesOf(draft, task ?? nameIn(content['task'])).name,
  };
  const curvature = curvatures ? { 'newton.curvature': variant } : {};
  const over = { ...curvature, ...changes, ...point, ...(evaluateOn && { evaluateOn }) };
  const given = withChanges(structuredClone<Record<string, unknown>>(named), over);
  const where = variant === undefined ? file : `${file}, ${variant}`;
  return resolveExperiment(validExperiment(given, where), registry, where);
}

/** The content with another task, model or loss, whose parameters then are their defaults. */
function withNamed(content: Content, names: Readonly<Record<string, string | undefined>>): Content {
  const others = Object.entries(names).filter(([part, name]) => name !== undefined && name !== nameIn(content[part]));
  return { ...content, ...Object.fromEntries(others.map(([part, name]) => [part, { name }])) };
}

function nameIn(part: unknown): string {
  return isObject(part) ? String(part['name']) : '';
}

interface Names {
  readonly group: string;
  readonly variant: string;
  /** What the run is called. */
  readonly name: string;
}

/**
 * A variant is called `softsort hessian lambda=0.1`, by what was asked for, in the group of its source. What is varied
 * by nothing is a variant of the preset that it belongs to, or of its task.
 */
function namesOf({ source, loss, variant, point }: Draft, task: string): Names {
  const parts = [loss, variant, ...labelsOf(point)].filter((part) => part !== undefined);
  const { name } = source;
  if (parts.length > 0) {
    const own = parts.join(' ');
    return { group: name, variant: own, name: `${name}/${own}` };
  }
  const cut = name.lastIndexOf('/');
  return { group: cut < 0 ? task : name.slice(0, cut), variant: name.slice(cut + 1), name };
}

/** `lambda=0.1`: the last part of each path, or all of it where two end alike; as a name of folders may be. */
function labelsOf(point: Content): string[] {
  const paths = Object.keys(point);
  const last = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
  return paths.map((path) => {
    const alike = paths.filter((other) => last(other) === last(path)).length > 1;
    const value = valueText(point[path]).replaceAll(/["{}]/g, '').replaceAll(/[\\/<>:|?*\p{Cc}]/gu, '-');
    return `${alike ? path : last(path)}=${value}`;
  });
}
