import { LossError } from '../../core/errors.js';

/** A preset by name, `task/preset`, and what it can be varied by. */
export interface Preset {
  readonly name: string;
  readonly variants: readonly string[];
}

/** One run of a comparison. */
export interface PlannedRun {
  readonly preset: string;
  readonly variant: string;
  readonly seed: number;
  /** Below the comparison's folder. */
  readonly folder: string;
}

/**
 * Compared where nothing else is asked for, as far as the preset has them: the paper's three, and the baseline without
 * rounding.
 */
export const DEFAULT_VARIANTS: readonly string[] = ['none', 'fisher', 'hessian', 'gauss-newton', 'none-exact'];

/**
 * Every preset with every variant on every seed, seeds outermost, so that a comparison that is stopped early has whole
 * pairs. PARAMS where a preset or a variant that was asked for is not `known`.
 */
export function planRuns(
  known: readonly Preset[],
  presets: readonly string[],
  variants: readonly string[] | undefined,
  seeds: readonly number[],
): PlannedRun[] {
  const pairs = unique(presets).flatMap((preset) =>
    variantsOf(known, preset, variants).map((variant) => ({ preset, variant }))
  );
  const several = pairs.some(({ preset }) => preset !== presets[0]);
  return seeds.flatMap((seed) =>
    pairs.map(({ preset, variant }) => ({
      preset,
      variant,
      seed,
      folder: `${several ? `${preset}/` : ''}${variant}/seed-${seed}`,
    }))
  );
}

/** Far more runs than anybody waits for, and few enough to plan in a moment. */
const MOST_SEEDS = 10_000;

/** "3" means the seeds 0, 1, 2; "0,4,7" those named. PARAMS where it is neither, or more than 10,000. */
export function parseSeeds(text: string): number[] {
  const numbers = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  const count = numbers.length === 1 ? numbers[0] : 0;
  const seeds = numbers.length === 1
    ? Array.from({ length: count <= MOST_SEEDS ? count : 0 }, (_, seed) => seed)
    : unique(numbers);
  if (seeds.length === 0 || seeds.length > MOST_SEEDS || !seeds.every(Number.isSafeInteger)) {
    throw new LossError(
      'PARAMS',
      `--seeds should be a number of seeds (3, up to ${MOST_SEEDS}) or seeds with commas (0,4,7), got ${
        JSON.stringify(text)
      }`,
    );
  }
  return seeds;
}

function variantsOf(known: readonly Preset[], name: string, asked: readonly string[] | undefined): string[] {
  const preset = known.find((other) => other.name === name);
  if (!preset) {
    throw new LossError(
      'PARAMS',
      `no preset is called ${JSON.stringify(name)}; there are ${known.map((other) => other.name).join(', ')}`,
    );
  }
  const missing = asked?.find((variant) => !preset.variants.includes(variant));
  if (missing !== undefined) {
    throw new LossError(
      'PARAMS',
      `preset ${name} has no variant ${JSON.stringify(missing)}; it has ${preset.variants.join(', ')}`,
    );
  }
  return unique(asked ?? DEFAULT_VARIANTS.filter((variant) => preset.variants.includes(variant)));
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
