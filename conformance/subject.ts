import type { Given } from '../core/algorithms/algorithm-parameter.js';
import type { Batch } from '../core/batch.js';
import { type CheckedLoss, checked } from '../core/checked.js';
import { instantiate } from '../core/instance.js';
import type { Capabilities, Loss, LossPlugin } from '../core/loss.js';
import { createRng } from '../core/random/rng.js';

/** A plugin under test with parameters, and what every check needs of it. */
export interface Subject {
  readonly plugin: LossPlugin;
  /** As given, defaults not filled. */
  readonly params: object;
  /** The number of outputs that samples are asked for; absent: the plugin's own choice. */
  readonly outputs: number | undefined;
  /** What is special about parameters and outputs, in words, where they were drawn by the suite. */
  readonly setting: string | undefined;
  /** Of the plugin, with what these parameters change. */
  readonly capabilities: Capabilities;
  /** The checked loss, made once. */
  readonly loss: CheckedLoss;
  /** What the plugin itself gives, unchecked, made once. */
  readonly raw: Loss;
  /** The seeds that checks draw samples and noise from. */
  readonly seeds: readonly number[];
  /** A new checked loss, which has evaluated nothing, with these parameters changed. */
  fresh(changes?: object): CheckedLoss;
  /** The plugin's own samples, the same for a seed. */
  sample(seed: number, rows?: number): Sample;
}

export interface Sample {
  readonly y: Batch;
  readonly targets: unknown[];
}

/** What a plugin is tested with, beside the parameters that were given. */
export interface Setting {
  readonly params: object;
  readonly outputs?: number | undefined;
}

/** Enough rows for every one to have neighbours on both sides. */
const ROWS = 7;
const SEEDS = [1, 2, 3];

/** Creating the loss is left to the checks, since it may fail. */
export function subjectOf<Target, Params extends object>(
  given: LossPlugin<Target, Params>,
  params: Given<Params> = {},
): Subject {
  return subjectAt(given, { params }, SEEDS, undefined);
}

/** The subject at a setting that was drawn: fewer seeds, since there are several settings. */
export function subjectAtSetting(
  plugin: LossPlugin,
  setting: Setting,
): Subject {
  return subjectAt(plugin, setting, SEEDS.slice(0, 2), textOfSetting(setting));
}

function subjectAt(
  plugin: LossPlugin,
  { params, outputs }: Setting,
  seeds: readonly number[],
  setting: string | undefined,
): Subject {
  const fresh = (changes: object = {}): CheckedLoss => checked(plugin, { ...params, ...changes });
  let loss: CheckedLoss | undefined;
  let raw: Loss | undefined;
  const made = (): CheckedLoss => (loss ??= fresh());
  return {
    plugin,
    params,
    outputs,
    setting,
    seeds,
    capabilities: capabilitiesOf(plugin, fresh),
    get loss() {
      return made();
    },
    get raw() {
      return (raw ??= instantiate(plugin, params).loss);
    },
    fresh,
    sample: (seed, rows = ROWS) => made().sample(createRng(seed), rows, outputs),
  };
}

function textOfSetting({ params, outputs }: Setting): string {
  const texts = [
    Object.keys(params).length > 0 && JSON.stringify(params),
    outputs !== undefined && `${outputs} outputs`,
  ];
  return texts.filter(Boolean).join(' and ');
}

function capabilitiesOf(plugin: LossPlugin, fresh: () => CheckedLoss): Capabilities {
  try {
    return fresh().capabilities;
  } catch {
    return plugin.capabilities ?? {}; // the contract checks say what is wrong with this plugin
  }
}
