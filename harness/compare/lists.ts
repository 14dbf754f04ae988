import { LossError } from '../../core/errors.js';
import { parsedValue } from '../experiments/setting-text.js';

/** The values that a setting of an experiment takes in turn. */
export interface Axis {
  /** As `newton.lambda`. */
  readonly path: string;
  readonly values: readonly unknown[];
}

/** More than anybody waits for the runs of. */
const MOST_SEEDS = 10_000;

/** `none,fisher`: names with commas, each once. PARAMS, naming the option, where one is empty. */
export function parseNames(option: string, text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw wrongList(option, 'names with commas (a,b)', text);
  return unique(names);
}

/** `0.01,0.1,1`: numbers with commas, each once. PARAMS, naming the option, where one is none. */
export function parseNumbers(option: string, text: string): number[] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (!numbers.every(Number.isFinite)) throw wrongList(option, 'numbers with commas (0.1,1)', text);
  return unique(numbers);
}

/** "3" means the seeds 0, 1, 2; "0,4,7" those named, each once. PARAMS where it is neither, or more than 10,000. */
export function parseSeeds(text: string): number[] {
  const numbers = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  return seedsOf(numbers.length === 1 ? numbers[0] : numbers, '--seeds', text);
}

/** 3 means the seeds 0, 1, 2; a list those in it, each once. PARAMS where it is neither, or more than 10,000. */
export function seedsOf(
  given: number | readonly number[],
  option = 'seeds',
  text: unknown = JSON.stringify(given),
): number[] {
  const seeds = typeof given === 'number'
    ? Array.from({ length: Number.isInteger(given) && given <= MOST_SEEDS ? given : 0 }, (_, seed) => seed)
    : unique(given);
  if (seeds.length > 0 && seeds.length <= MOST_SEEDS && seeds.every(Number.isSafeInteger)) return seeds;
  throw wrongList(option, `a number of seeds (3, up to ${MOST_SEEDS}) or seeds with commas (0,4,7)`, String(text));
}

/**
 * `newton.lambda=0.01,0.1,1`, one text a setting: values are JSON or else text, each once. PARAMS where a text is not
 * that, or two are for the same setting.
 */
export function parseGrid(texts: readonly string[]): Axis[] {
  const axes = texts.map(parseAxis);
  const twice = axes.find(({ path }, k) => axes.findIndex((other) => other.path === path) < k);
  if (!twice) return axes;
  throw new LossError('PARAMS', `--grid should name each setting once, with all its values, got ${twice.path} twice`);
}

function parseAxis(text: string): Axis {
  const cut = text.indexOf('=');
  const parts = unique(splitOutside(text.slice(cut + 1)));
  if (cut < 1 || parts.includes('')) throw wrongList('--grid', 'path=value,value (newton.lambda=0.1,1)', text);
  return { path: text.slice(0, cut), values: parts.map(parsedValue) };
}

/** At the commas that are in no brackets or quotes of JSON. */
function splitOutside(text: string): string[] {
  const parts = text.match(/"(?:\\.|[^"\\])*"|[^"]/g) ?? [];
  const found = [''];
  let depth = 0;
  for (const part of parts) {
    if ('[{'.includes(part)) depth++;
    if (']}'.includes(part)) depth--;
    if (part === ',' && depth === 0) found.push('');
    else found[found.length - 1] += part;
  }
  return found.map((value) => value.trim());
}

function wrongList(option: string, expected: string, text: string): LossError {
  return new LossError('PARAMS', `${option} should be ${expected}, got ${JSON.stringify(text)}`);
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
