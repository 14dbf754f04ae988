import { type AlgorithmPlugin } from '../../core/algorithms/algorithm.js';
import { type Batch } from '../../core/batch.js';
import { type CheckedLoss, checked } from '../../core/checked.js';
import { instantiate } from '../../core/instance.js';
import { type Capabilities, type Loss, type LossPlugin } from '../../core/loss.js';
import { createRng } from '../../core/rng.js';

/** A plugin under test with parameters, and what every check needs of it. */
export interface Subject {
  readonly plugin: LossPlugin;
  /** As given, defaults not filled. */
  readonly params: object;
  /** What a loss over a hard algorithm is over. */
  readonly algorithm: AlgorithmPlugin | undefined;
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

/** Enough rows for every one to have neighbours on both sides. */
const ROWS = 7;

/** Creating the loss is left to the checks, since it may fail. */
export function subjectOf<Target, Params extends object>(
  given: LossPlugin<Target, Params>,
  params: Partial<Params> = {},
  algorithm: AlgorithmPlugin | undefined = given.algorithm,
): Subject {
  const plugin = given as unknown as LossPlugin;
  const fresh = (changes: object = {}): CheckedLoss => checked(plugin, { ...params, ...changes }, algorithm);
  let loss: CheckedLoss | undefined;
  let raw: Loss | undefined;
  const made = (): CheckedLoss => (loss ??= fresh());
  return {
    plugin,
    params,
    algorithm,
    seeds: [1, 2, 3],
    capabilities: capabilitiesOf(plugin, fresh),
    get loss() {
      return made();
    },
    get raw() {
      return (raw ??= instantiate(plugin, params, algorithm).loss);
    },
    fresh,
    sample: (seed, rows = ROWS) => made().sample(createRng(seed), rows),
  };
}

function capabilitiesOf(plugin: LossPlugin, fresh: () => CheckedLoss): Capabilities {
  try {
    return fresh().capabilities;
  } catch {
    return plugin.capabilities ?? {}; // the contract checks say what is wrong with this plugin
  }
}
