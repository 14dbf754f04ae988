import { detectableEffect, LEAST_RESAMPLED, MOST_PAIRS, RESAMPLES } from '../statistics/index.js';
import type { Comparison } from './comparisons.js';
import { known, nothing, pCell } from './cells.js';
import { intervalText, percent, pValue } from './format.js';
import type { GroupSummary } from './summary.js';
import { type Cell, type Head, NOTHING, type RichCell, type Table } from './tables/table.js';

/** All that is known of the differences of a group; nothing where none has two pairs. */
export function differencesTable({ metric, references, variants }: GroupSummary): Table | undefined {
  const isReversed = (variant: string, reference: string): boolean =>
    references.includes(variant) && references.indexOf(variant) < references.indexOf(reference);
  const found = variants.flatMap(({ variant, differences }) =>
    Object.entries(differences).filter(([reference]) => !isReversed(variant, reference))
      .map(([reference, difference]) => ({ name: `${variant} − ${reference}`, difference }))
  );
  if (!found.some(({ difference: { pairs } }) => pairs > 1)) return undefined;
  return {
    name: 'differences',
    caption: 'What the differences are judged by.',
    first: `${metric!}, difference`,
    heads: HEADS,
    rows: found.map(({ name, difference }) => ({ head: name, cells: cellsOf(difference) })),
    notes: notesOn(found.map(({ difference }) => difference)),
  };
}

const HEADS: readonly Head[] = [
  { title: 'seeds' },
  { title: 'deviation', unit: 'points' },
  { title: 'bootstrap', unit: '95% interval' },
  { title: 'p', unit: 't-test' },
  { title: 'p', unit: 'Holm' },
  { title: 'p', unit: 'flips; ranks' },
  { title: 'effect', unit: 'd (g)' },
  { title: 'seeds for it', unit: 'power 80%' },
  { title: 'seen by these', unit: 'points' },
];

function cellsOf({ pairs, deviation, bootstrap, p, effect, interval, pairsNeeded }: Comparison): Cell[] {
  const more = interval ? { text: `> ${MOST_PAIRS}` } : nothing;
  return [
    pairs,
    known(deviation, pointsCell),
    known(bootstrap, ([low, high]) => ({
      text: intervalText([low, high]),
      numbers: { low: 100 * low, high: 100 * high },
    })),
    known(p.student, pCell),
    known(p.holm, pCell),
    pairs === 1 ? nothing : exactCell(p),
    known(effect, effectCell),
    pairsNeeded ?? more,
    known(interval && deviation, (spread) => pointsCell(detectableEffect(pairs) * spread)),
  ];
}

/** Points of percent, of which there are a hundred. */
function pointsCell(fraction: number): RichCell {
  return { text: fraction > 1 ? '> 100' : percent(fraction), numbers: { '': 100 * fraction } };
}

function exactCell({ signFlip, signedRank }: Comparison['p']): RichCell {
  return {
    text: [signFlip, signedRank].map((p) => (p === undefined ? NOTHING : pValue(p))).join('; '),
    numbers: {
      ...(signFlip !== undefined && { flips: signFlip }),
      ...(signedRank !== undefined && { ranks: signedRank }),
    },
  };
}

function effectCell({ d, hedges }: NonNullable<Comparison['effect']>): RichCell {
  const corrected = hedges === undefined ? '' : ` (${signedNumber(hedges)})`;
  return { text: `${signedNumber(d)}${corrected}`, numbers: { d, ...(hedges !== undefined && { g: hedges }) } };
}

function signedNumber(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}

/** What the columns say, and why a figure is missing where one is. */
function notesOn(differences: readonly Comparison[]): string[] {
  const single = differences.some(({ pairs }) => pairs === 1);
  const same = differences.some(({ pairs, interval }) => pairs > 1 && !interval);
  const few = differences.some(({ interval, bootstrap }) => interval && !bootstrap);
  return [
    'Deviation is that of the differences over the seeds, effect their mean over it: d as it is, g with Hedges’ correction for few seeds, which needs three.',
    'Sign flips and Wilcoxon’s signed ranks, both exact, take nothing as normal; with few seeds they cannot be small: not below 2^(1 − seeds).',
    `The bootstrap (BCa, ${RESAMPLES} resamples, the same ones each time) takes nothing as normal either, but is too narrow for few seeds: 95% are 89% with ten and 84% with five.${
      few ? ` It is left out below ${LEAST_RESAMPLED}, which leave too few different resamples.` : ''
    }`,
    'Seeds for it: by so many a difference like this one, with this deviation, is significant at 0.05 with a chance of 80%. Seen by these: the smallest difference for which these seeds are as many. What few seeds say of a difference is itself uncertain: plan by it, do not judge by it. newton-losses power tells for other numbers.',
    ...(single ? ['One pair of runs says nothing about the spread: its difference has no deviation and no test.'] : []),
    ...(same
      ? ['Differences that are the same on every seed have no spread to be judged by: there is no interval.']
      : []),
  ];
}
