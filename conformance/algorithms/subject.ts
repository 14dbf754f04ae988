import type { Algorithm, AlgorithmPlugin } from '../../core/algorithms/algorithm.js';
import type { CheckedAlgorithm } from '../../core/algorithms/algorithm.js';
import { checkedAlgorithm, createAlgorithm, resolveParams } from '../../core/algorithms/checked-algorithm.js';
import type { Batch } from '../../core/batch.js';
import { createRng } from '../../core/random/rng.js';
import type { Tested } from '../check.js';
import { accepted, drawParams as drawOthers } from '../settings.js';

/** An algorithm under test with parameters, and what every check needs of it. */
export interface AlgorithmSubject extends Tested {
  readonly plugin: AlgorithmPlugin;
  readonly capabilities: AlgorithmCapabilities;
  /** The checked algorithm, made once. */
  readonly algorithm: CheckedAlgorithm;
  /** What the plugin itself makes, unchecked, made once. */
  readonly raw: Algorithm;
  /** The seeds that checks draw costs from. */
  readonly seeds: readonly number[];
  /** A new checked algorithm, which has solved nothing, with these parameters changed. */
  fresh(changes?: object): CheckedAlgorithm;
  /** The plugin's own costs, the same for a seed; of the m asked for, where it takes any number. */
  sample(seed: number, rows?: number, m?: number): Batch;
}

/** What an algorithm declares, by its members. */
export interface AlgorithmCapabilities {
  /** Negative costs count as 0. */
  readonly clamps: boolean;
  /** It has a way of its own to solve many rows. */
  readonly solvesRows: boolean;
}

/** Enough for solutions that are each other's rivals. */
const ROWS = 7;
const SEEDS = [1, 2, 3];
/** Draws for one setting until the algorithm takes it: parameters need not fit together. */
const ATTEMPTS = 30;

/** The algorithm with these parameters, and with so many others, drawn from their schema, the same for a plugin. */
export function algorithmSubjects(plugin: AlgorithmPlugin, params: object, settings: number): AlgorithmSubject[] {
  const drawn = Array.from({ length: settings }, (_, k) => drawParams(plugin, params, k));
  return [
    subjectAt(plugin, params, SEEDS, undefined),
    ...drawn.filter((setting) => setting !== undefined).map((setting) =>
      subjectAt(plugin, setting, SEEDS.slice(0, 2), JSON.stringify(setting))
    ),
  ];
}

/** Parameters that the algorithm takes and that are not the given ones; none of a plugin that cannot be created. */
function drawParams(plugin: AlgorithmPlugin, given: object, k: number): object | undefined {
  const rng = createRng(23);
  try {
    const standard = JSON.stringify(checkedAlgorithm(plugin, given).params);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const params = { ...drawOthers(plugin, rng.split(attempt), k), ...given };
      const algorithm = accepted(() => checkedAlgorithm(plugin, params));
      if (algorithm) return JSON.stringify(algorithm.params) === standard ? undefined : params;
    }
  } catch {
    return undefined; // the contract checks say what is wrong with this plugin
  }
  return undefined;
}

/** Creating the algorithm is left to the checks, since it may fail. */
function subjectAt(
  plugin: AlgorithmPlugin,
  params: object,
  seeds: readonly number[],
  setting: string | undefined,
): AlgorithmSubject {
  const fresh = (changes: object = {}): CheckedAlgorithm => checkedAlgorithm(plugin, { ...params, ...changes });
  let algorithm: CheckedAlgorithm | undefined;
  let raw: Algorithm | undefined;
  const made = (): Algorithm => (raw ??= createAlgorithm(plugin, resolveParams(plugin, params).made));
  return {
    plugin,
    setting,
    seeds,
    capabilities: capabilitiesOf(made),
    get algorithm() {
      return (algorithm ??= fresh());
    },
    get raw() {
      return made();
    },
    fresh,
    sample: (seed, rows = ROWS, m) => plugin.sample(resolveParams(plugin, params).made, createRng(seed), rows, m),
  };
}

function capabilitiesOf(create: () => Algorithm): AlgorithmCapabilities {
  try {
    const { clamps, solveRows } = create();
    return { clamps: clamps === true, solvesRows: solveRows !== undefined };
  } catch {
    return { clamps: false, solvesRows: false }; // the contract checks say what is wrong with this plugin
  }
}
