import type { PairedDifference, PairedRatio } from '../statistics/index.js';
import type { MetricInfo } from '../tasks/index.js';
import { difference, metricSpread, metricValue, pValue, ratio, seconds, secondsSpread } from './format.js';
import type { Spread } from './summary.js';
import { NOTHING, type RichCell } from './tables/table.js';

/** Cells of tables: texts of format.ts with the numbers that they say, in the unit that they say them in. */

export const nothing: RichCell = { text: NOTHING };

/** Of what there may be none of. */
export function known<T>(value: T | undefined, cell: (value: T) => RichCell): RichCell {
  return value === undefined ? nothing : cell(value);
}

/** A metric of several runs. */
export function metricCell(info: Pick<MetricInfo, 'kind'>, spread: Spread): RichCell {
  return spreadCell(spread, metricSpread(info, spread), info.kind === 'share' ? 100 : 1);
}

/** A metric of one run. */
export function valueCell(info: Pick<MetricInfo, 'kind'>, value: number): RichCell {
  return { text: metricValue(info, value), numbers: { '': info.kind === 'share' ? 100 * value : value } };
}

/** Mean and deviation of what is shown as `text`. */
export function spreadCell({ mean, deviation }: Spread, text: string, scale = 1): RichCell {
  return { text, numbers: { mean: scale * mean, ...(deviation !== undefined && { deviation: scale * deviation }) } };
}

/** Points of percent. */
export function differenceCell(found: PairedDifference): RichCell {
  const { mean, interval } = found;
  const ends = interval && { low: 100 * interval[0], high: 100 * interval[1] };
  return { text: difference(found), numbers: { mean: 100 * mean, ...ends } };
}

export function pCell(p: number): RichCell {
  return { text: pValue(p), numbers: { '': p } };
}

/** Seconds of one run. */
export function secondsCell(value: number): RichCell {
  return { text: seconds(value), numbers: { '': value } };
}

/** Seconds of several runs. */
export function secondsSpreadCell(spread: Spread): RichCell {
  return spreadCell(spread, secondsSpread(spread));
}

/** How many times as long. */
export function ratioCell(found: PairedRatio): RichCell {
  const { mean, interval } = found;
  return { text: ratio(found), numbers: { mean, ...(interval && { low: interval[0], high: interval[1] }) } };
}
