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
    const adjusted = holmOf(differences);
    differences.forEach(({ variant, ...difference }, k) => {
      const p = { ...difference.p, ...(adjusted[k] !== undefined && { holm: adjusted[k] }) };
      found.get(variant)![reference.variant] = { ...difference, p };
    });
  }
  return found;
}

/** Of those that have a p-value, in their places. */
function holmOf(differences: readonly PairedDifference[]): (number | undefined)[] {
  const ps = differences.flatMap(({ p }) => p.student ?? []);
  const adjusted = holm(ps).values();
  return differences.map(({ p }) => (p.student === undefined ? undefined : adjusted.next().value));
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
