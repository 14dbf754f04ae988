import type { PairedDifference, PairedRatio } from '../statistics/index.js';
import type { MetricInfo } from '../tasks/index.js';
import type { Spread } from './summary.js';

const TIED = '\u00a0'; // a no-break space: figures stay together where a narrow page breaks the line

/** A fraction as percent with one decimal: 0.2345 -> "23.5". */
export function percent(fraction: number): string {
  return (100 * fraction).toFixed(1);
}

/** A metric of one run: a share as `percent`, else three decimals. */
export function metricValue({ kind }: Pick<MetricInfo, 'kind'>, value: number): string {
  return kind === 'share' ? percent(value) : value.toFixed(3);
}

/** A metric of several runs: "23.5 ± 1.2", without the spread for a single seed. */
export function metricSpread(info: Pick<MetricInfo, 'kind'>, { mean, deviation }: Spread): string {
  const text = (value: number): string => metricValue(info, value);
  return deviation === undefined ? text(mean) : [text(mean), '±', text(deviation)].join(TIED);
}

/** What stands under a metric's name. */
export function metricUnit({ kind, better }: MetricInfo): string {
  return [...(kind === 'share' ? ['%'] : []), ...(better === 'smaller' ? ['less is better'] : [])].join(', ');
}

/** Mean of a count over the seeds: "3", "2.7". */
export function countMean({ mean }: Spread): string {
  return Number.isInteger(mean) ? String(mean) : mean.toFixed(1);
}

/** Milliseconds with three significant digits, never in exponent form. */
export function milliseconds({ mean }: Spread): string {
  return mean >= 100 ? mean.toFixed(0) : mean.toPrecision(3);
}

/** Seconds with three significant digits, whole from a hundred on: "0.123", "12.3", "4567". */
export function seconds(value: number): string {
  return value >= 99.95 ? value.toFixed(0) : value.toPrecision(3);
}

/** "12.3 ± 0.4", the spread with as many decimals as the mean. */
export function secondsSpread({ mean, deviation }: Spread): string {
  const text = seconds(mean);
  if (deviation === undefined) return text;
  return [text, '±', deviation.toFixed(text.split('.')[1]?.length ?? 0)].join(TIED);
}

/** "1.25 × [1.20, 1.31]". */
export function ratio({ mean, interval }: PairedRatio): string {
  const text = `${mean.toFixed(2)}${TIED}×`;
  return interval ? `${text} [${interval[0].toFixed(2)},${TIED}${interval[1].toFixed(2)}]` : text;
}

/** Points of percent with a sign: "+21.5 [+12.0, +31.0]". */
export function difference({ mean, interval }: PairedDifference): string {
  return interval ? `${signed(mean)} ${intervalText(interval)}` : signed(mean);
}

/** Both ends in points of percent: "[+12.0, +31.0]". */
export function intervalText([low, high]: readonly [number, number]): string {
  return `[${signed(low)},${TIED}${signed(high)}]`;
}

/** "0.23", "0.031", "< 0.001". */
export function pValue(p: number): string {
  if (p < 0.001) return ['<', '0.001'].join(TIED);
  return p.toFixed(p < 0.0995 ? 3 : 2);
}

/** Points of percent with a sign. */
function signed(fraction: number): string {
  const text = percent(Math.abs(fraction));
  return text === '0.0' ? text : `${fraction < 0 ? '−' : '+'}${text}`;
}
