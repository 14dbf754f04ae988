/** Where values are along an axis, in pixels, and which of them are labelled. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly Tick[];
}

export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** From 0, or the least value where that is below, to the greatest, both rounded outwards to a tick. */
export function linearScale(values: readonly number[], range: readonly [number, number], count: number): Scale {
  const [low, high] = extent(values, 0);
  const step = niceStep((high - low) / count);
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)];
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, k) => tick((first + k) * step, decimals));
  return { at: between(first * step, last * step, range), ticks };
}

/** From the power of ten below all values, which are positive, to the one above; at most `count` of them labelled. */
export function logScale(values: readonly number[], range: readonly [number, number], count: number): Scale {
  const [least, greatest] = extent(values);
  const low = Math.floor(Math.log10(least));
  const high = Math.max(low + 1, Math.ceil(Math.log10(greatest)));
  const every = Math.ceil((high - low) / count);
  const at = between(low, high, range);
  const ticks = Array.from({ length: Math.floor((high - low) / every) + 1 }, (_, k) => powerOfTen(low + k * every));
  return { at: (value) => at(Math.log10(value)), ticks };
}

/** 1, 2 or 5 times a power of ten: the least that is not below `step`. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * ([1, 2, 5].find((factor) => factor * power >= step * (1 - 1e-9)) ?? 10);
}

function between(low: number, high: number, [from, to]: readonly [number, number]): (value: number) => number {
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

function extent(values: readonly number[], ...within: number[]): [number, number] {
  let [low, high] = [within[0] ?? Infinity, within[0] ?? -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return low < high ? [low, high] : [Math.min(low, high), Math.min(low, high) + 1];
}

function tick(value: number, decimals: number): Tick {
  return { value, label: grouped(value.toFixed(decimals)) };
}

/** Thousands apart: `12,500`. */
function grouped(text: string): string {
  const [whole, ...rest] = text.replace('-', '−').split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...rest].join('.');
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function powerOfTen(exponent: number): Tick {
  const value = Number(`1e${exponent}`);
  if (exponent >= -3 && exponent <= 4) return tick(value, Math.max(0, -exponent));
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return { value, label: `10${exponent < 0 ? '⁻' : ''}${digits}` };
}
