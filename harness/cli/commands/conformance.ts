import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AlgorithmPlugin } from '../../../core/algorithms/algorithm.js';
import type { LossPlugin } from '../../../core/loss.js';
import { reasonOf, textOf } from '../../../core/messages.js';
import { openRegistry } from '../../../node/open-registry.js';
import type { Registry } from '../../../core/registry.js';
import {
  blockedBy,
  type CheckResult,
  type Outcome,
  planAlgorithmConformance,
  planConformance,
  type PlannedCheck,
} from '../../../conformance/index.js';
import { namedKind } from '../named.js';
import { pluginInFile } from '../plugin-file.js';
import { note, print } from '../../terminal/output.js';
import { withPaths } from '../../experiments/with-paths.js';
import type { ModelPlan } from '../../models/index.js';
import type { Task } from '../../tasks/index.js';

export interface ConformanceOptions {
  readonly registry: readonly string[];
  /** Parameters other than the defaults, by dotted paths: `algorithm.name`. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Folder with the data files of a task. */
  readonly data?: string;
  readonly json?: boolean;
}

const MARKS: { readonly [K in Outcome]: string } = {
  passed: 'pass',
  failed: 'FAIL',
  'expected failure': 'pass',
  'not applicable': '-',
  'not run': '',
  'could not tell': '?',
};

/**
 * `newton-losses conformance NAME|FILE`: runs the laws of its kind on a loss, algorithm, task or model of the registry, or
 * exported by default by a file. Returns the exit code: 0 if none that applies is broken, else 1. Laws that
 * need a broken one are not run, and counted with it. PARAMS where the parameters given are none of the plugin.
 */
export async function conformance(
  nameOrFile: string,
  options: ConformanceOptions,
  out: (line: string) => void = print,
): Promise<number> {
  const registry = await openRegistry(...options.registry);
  const found = await find(nameOrFile, registry);
  const { kind, plugin } = found;
  const params: Record<string, unknown> = withPaths({}, options.set ?? {});
  const plan = await planOf(found, registry, options.set && params, options.data);
  const report = options.json ? () => undefined : printer(out);
  if (!options.json) {
    const others = kind === 'loss' || kind === 'algorithm' ? ', and others drawn' : '';
    out(`${plugin.name} with ${options.set ? JSON.stringify(params) : `default parameters${others}`}`);
  }
  const results = await withoutRejections(
    plugin.name,
    () =>
      plan().map(({ run }) => {
        const result = run();
        report(result);
        return result;
      }),
  );
  const count = (outcome: Outcome): number => results.filter((result) => result.outcome === outcome).length;
  const counts = {
    kept: count('passed'),
    broken: count('failed'),
    notRun: count('not run'),
    untold: count('could not tell'),
    notApplicable: count('not applicable'),
  };
  if (options.json) {
    out(JSON.stringify({ kind, plugin: plugin.name, params, ...counts, checks: results.map(plain) }, undefined, 2));
  } else out(summaryOf(counts, results));
  return counts.broken === 0 ? 0 : 1;
}

/**
 * What `act` gives. A promise of the plugin that is rejected meanwhile is told, and does not end the process before the
 * results are out.
 */
async function withoutRejections<T>(name: string, act: () => T): Promise<T> {
  const tell = (reason: unknown): void => {
    if (rejections++ === 0) note(`warning: ${name}: a promise was rejected: ${reasonOf(reason)}`);
  };
  let rejections = 0;
  process.on('unhandledRejection', tell);
  try {
    const result = act();
    await nextTurn(); // in which rejections are reported
    return result;
  } finally {
    process.off('unhandledRejection', tell);
  }
}

type Found =
  | { readonly kind: 'loss'; readonly plugin: LossPlugin }
  | { readonly kind: 'algorithm'; readonly plugin: AlgorithmPlugin }
  | { readonly kind: 'task'; readonly plugin: Task }
  | { readonly kind: 'model'; readonly plugin: ModelPlan };

const KINDS = ['loss', 'algorithm', 'task', 'model'] as const;

async function find(nameOrFile: string, registry: Registry): Promise<Found> {
  const plugin = await pluginInFile(KINDS, nameOrFile);
  if (plugin) return { kind: kindOf(plugin), plugin } as Found;
  const { kind, name, others } = namedKind(registry, nameOrFile);
  for (const other of others) note(`${name} is also a ${other}: newton-losses conformance ${other}:${name}`);
  switch (kind) {
    case 'loss':
      return { kind, plugin: await registry.plugin(name) };
    case 'algorithm':
      return { kind, plugin: await registry.algorithmPlugin(name) };
    case 'task':
      return { kind, plugin: (await registry.taskPlugin(name)) as Task };
    case 'model':
      return { kind, plugin: (await registry.modelPlugin(name)) as ModelPlan };
  }
}

/**
 * A task is opened; of the others, which are created, a loss has targets or capabilities, an algorithm has samples or is
 * a function that makes it.
 */
function kindOf(plugin: object): Found['kind'] {
  if ('open' in plugin) return 'task';
  if ('target' in plugin || 'capabilities' in plugin) return 'loss';
  return 'sample' in plugin || typeof plugin === 'function' ? 'algorithm' : 'model';
}

/** The laws of that kind of plugin, at these parameters if they are given. Those of tasks and models bring tfjs. */
async function planOf(
  { kind, plugin }: Found,
  registry: Registry,
  params: object | undefined,
  data: string | undefined,
): Promise<() => PlannedCheck[]> {
  const given = params && { params: await registry.resolve(plugin, params) };
  if (kind === 'loss') return () => planConformance(plugin, given);
  if (kind === 'algorithm') return () => planAlgorithmConformance(plugin, given);
  const { planModelConformance, planTaskConformance } = await import('../../conformance/suite.js');
  const plan = kind === 'task'
    ? await planTaskConformance(plugin, { ...given, ...(data !== undefined && { data }) })
    : await planModelConformance(plugin, given);
  return () => plan;
}

function printer(out: (line: string) => void): (result: CheckResult) => void {
  return ({ check, law, outcome, failure, evidence }) => {
    if (outcome === 'not run') return; // the summary counts them
    out(`  ${MARKS[outcome].padEnd(4)}  ${check.padEnd(23)}  ${law}`);
    if (failure) out(`        ${failure.message}`);
    if (evidence && evidence.told < evidence.tried) {
      out(`        could not tell at ${evidence.tried - evidence.told} of ${evidence.tried} places`);
    }
  };
}

/** `20 kept, 1 broken, 24 not run because of methods-declared, 7 not applicable`. */
function summaryOf(
  { kept, broken, untold, notApplicable }: Readonly<Record<string, number>>,
  results: readonly CheckResult[],
): string {
  const blocked = [...blockedBy(results)].map(([name, laws]) => `${laws} not run because of ${name}`);
  const open = untold === 0 ? [] : [`${untold} that could not be told`];
  return [`${kept} kept`, `${broken} broken`, ...blocked, ...open, `${notApplicable} not applicable`].join(', ');
}

/** A result as JSON has it; numbers that JSON lacks, such as NaN, as text. */
function plain({ failure, ...result }: CheckResult): object {
  if (!failure) return result;
  const { message, what, sample, index, expected, got } = failure;
  const text = (value: unknown): string => (typeof value === 'string' ? value : textOf(value, 2000));
  return { ...result, failure: { message, what, sample, index, expected: text(expected), got: text(got) } };
}
