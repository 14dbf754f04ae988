import { mean, pairedDifference } from '../statistics/index.js';
import { type Comparison, corrected } from './comparisons.js';
import type { GroupSummary } from './summary.js';

/** What a variant gains on a reference over several groups, as those of a sweep. */
export interface OverallDifference {
  readonly variant: string;
  readonly reference: string;
  /** How many groups have both. */
  readonly groups: number;
  /** Pairs of runs in these, and in how many of them the variant has the larger metric. */
  readonly pairs: number;
  readonly ahead: number;
  /**
   * That of the means over the groups, seed by seed, on the seeds that all these groups have: groups share seeds, and with them
   * networks and batches, so that seeds count as independent and pairs do not. Holm's correction is for all variants with the reference.
   */
  readonly difference: Comparison;
}

/** Headline metrics of all groups together; none for a single group, and where groups are judged by different metrics. */
export function overallDifferences(summaries: readonly GroupSummary[]): OverallDifference[] {
  const metric = summaries[0]?.metric;
  if (summaries.length < 2 || metric === undefined || summaries.some((other) => other.metric !== metric)) return [];
  const references = new Set(summaries.flatMap((summary) => summary.references));
  return [...references].flatMap((reference) => against(reference, summaries, metric));
}

function against(reference: string, summaries: readonly GroupSummary[], metric: string): OverallDifference[] {
  const variants = new Set(summaries.flatMap((summary) => othersOf(summary, reference)));
  const found = [...variants].flatMap((variant) => {
    const groups = summaries.map((summary) => pairsOf(summary, metric, variant, reference)).filter(({ size }) =>
      size > 0
    );
    const seeds = [...groups[0]?.keys() ?? []].filter((seed) => groups.every((pairs) => pairs.has(seed)));
    if (groups.length === 0 || seeds.length === 0) return [];
    const means = ([0, 1] as const).map((k) => seeds.map((seed) => mean(groups.map((pairs) => pairs.get(seed)![k]))));
    const pairs = groups.flatMap((bySeed) => [...bySeed.values()]);
    return [{
      ...{ variant, reference, groups: groups.length, pairs: pairs.length },
      ahead: pairs.filter(([value, baseline]) => value > baseline).length,
      difference: pairedDifference(means[0], means[1]),
    }];
  });
  const differences = corrected(found.map(({ difference }) => difference));
  return found.map((one, k) => ({ ...one, difference: differences[k] }));
}

/** Variants that are compared with the reference; two references once, the later with the earlier. */
function othersOf({ variants, references }: GroupSummary, reference: string): string[] {
  const place = references.indexOf(reference);
  if (place < 0) return [];
  const earlier = references.slice(0, place + 1);
  return variants.map(({ variant }) => variant).filter((variant) => !earlier.includes(variant));
}

/** Values of both at the last step, by seed. */
function pairsOf(
  { variants }: GroupSummary,
  metric: string,
  variant: string,
  reference: string,
): Map<number, readonly [number, number]> {
  const [values, baseline] = [variant, reference].map((name) => {
    const found = variants.find((other) => other.variant === name);
    return new Map(found?.seeds.map((seed, k) => [seed, found.final[metric]?.values[k]]));
  });
  const pairs = new Map<number, readonly [number, number]>();
  for (const [seed, value] of values) {
    const other = baseline.get(seed);
    if (value !== undefined && other !== undefined) pairs.set(seed, [value, other]);
  }
  return pairs;
}
