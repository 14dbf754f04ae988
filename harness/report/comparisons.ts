import { holm, pairedDifference, type PairedDifference } from '../statistics/index.js';

/** A paired difference among others of its table. */
export interface Comparison extends PairedDifference {
  readonly p: PairedDifference['p'] & {
    /** That of the t-test by Holm's correction for all comparisons with the same reference. */
    readonly holm?: number;
  };
}

/** A variant, and its values by seed. */
export interface Measured {
  readonly variant: string;
  readonly bySeed: ReadonlyMap<number, number>;
}

/** By variant and by reference: its values minus those of the reference, over the seeds of both, where there are any. */
export function comparisons(
  measured: readonly Measured[],
  references: readonly string[],
): Map<string, Record<string, Comparison>> {
  const found = new Map(measured.map(({ variant }): [string, Record<string, Comparison>] => [variant, {}]));
  for (const reference of measured.filter(({ variant }) => references.includes(variant))) {
    const differences = measured.filter((other) => other !== reference).flatMap((other) => {
      const seeds = [...other.bySeed.keys()].filter((seed) => reference.bySeed.has(seed));
      const of = ({ bySeed }: Measured): number[] => seeds.map((seed) => bySeed.get(seed)!);
      return seeds.length === 0 ? [] : [{ variant: other.variant, ...pairedDifference(of(other), of(reference)) }];
    });
    corrected(differences).forEach(({ variant, ...difference }) => {
      found.get(variant)![reference.variant] = difference;
    });
  }
  return found;
}

/** With Holm's correction for all of those that have a p-value. */
export function corrected<Difference extends PairedDifference>(
  differences: readonly Difference[],
): (Difference & Comparison)[] {
  const adjusted = holm(differences.flatMap(({ p }) => p.student ?? [])).values();
  return differences.map((difference) => {
    const { p } = difference;
    return p.student === undefined ? difference : { ...difference, p: { ...p, holm: adjusted.next().value } };
  });
}

/** The level of the paper, and what one usually takes. */
const LEVEL = 0.05;

/**
 * What the paper prints in bold: `significant`, black, an improvement of the metric with p below 0.05; `improved`, grey,
 * a better mean without it.
 */
export function improvementOf(comparison: Comparison | undefined): 'significant' | 'improved' | undefined {
  if (!comparison || comparison.mean <= 0) return undefined;
  return comparison.p.student !== undefined && comparison.p.student < LEVEL ? 'significant' : 'improved';
}
