import { type Batch } from '../../core/batch.js';
import { type CheckedLoss, checked, fillParams } from '../../core/checked.js';
import { type Capabilities, type Loss, type LossPlugin } from '../../core/loss.js';
import { createRng } from '../../core/rng.js';

/** A plugin under test with parameters, and what every check needs of it. */
export interface Subject {
  readonly plugin: LossPlugin;
  /** As given, defaults not filled. */
  readonly params: object;
  /** Of the plugin, with what these parameters change. */
  readonly capabilities: Capabilities;
  /** The checked loss, made once. */
  readonly loss: CheckedLoss;
  /** What the plugin itself gives, unchecked, made once. */
  readonly raw: Loss;
  /** The seeds that checks draw samples and noise from. */
  readonly seeds: readonly number[];
  /** A new checked loss, which has evaluated nothing. */
  fresh(): CheckedLoss;
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
export function subjectOf<Target, Params extends object>(given: LossPlugin<Target, Params>, params: Partial<Params> = {}): Subject {
  const plugin = given as unknown as LossPlugin;
  let loss: CheckedLoss | undefined;
  let raw: Loss | undefined;
  return {
    plugin,
    params,
    seeds: [1, 2, 3],
    capabilities: capabilitiesOf(plugin, params),
    get loss() {
      return (loss ??= checked(plugin, params));
    },
    get raw() {
      return (raw ??= plugin.create(fillParams(plugin, params)));
    },
    fresh: () => checked(plugin, params),
    sample: (seed, rows = ROWS) => plugin.sample(fillParams(plugin, params), createRng(seed), rows),
  };
}

function capabilitiesOf(plugin: LossPlugin, params: object): Capabilities {
  try {
    return checked(plugin, params).capabilities;
  } catch {
    return plugin.capabilities ?? {}; // the contract checks say what is wrong with this plugin
  }
}
