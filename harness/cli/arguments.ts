import { InvalidArgumentError, Option } from '../packages/commander.js';
import { MOST_THREADS } from '../../core/algorithms/pool.js';
import { backendNames } from '../experiments/backend-names.js';
import { parsedValue } from '../experiments/setting-text.js';

export const registry = (): Option =>
  new Option(
    '--registry <source>',
    'more losses, algorithms, tasks and models: a registry file (*.json) or a package that has a registry.json; may be repeated',
  )
    .default([], 'what is built in')
    .argParser(repeated);
export const backend = (): Option =>
  new Option(
    '--backend <name>',
    'tfjs backend; auto: what the experiment was tuned on, else the first that works (see doctor)',
  )
    .choices(['auto', ...backendNames])
    .default('auto');
export const threads = (): Option =>
  new Option('--threads <n>', 'threads of a backend: wasm, native or cuda')
    .argParser(integerFrom(1, MOST_THREADS))
    .default(1);
export const workers = (number: string): Option =>
  new Option('--workers <n>', `threads that solve batches of hard algorithms (default: ${number})`).argParser(
    integerFrom(1, MOST_THREADS),
  );
export const queue = (what: string): Option =>
  new Option(
    '--queue [url]',
    `${what}: a Redis, redis://user:password@host:port, with TLS rediss://; without one that of NEWTON_LOSSES_QUEUE`,
  ).preset(process.env['NEWTON_LOSSES_QUEUE'] ?? '');
export const data = (): Option => new Option('--data <dir>', 'folder with the data files');
export const json = (): Option => new Option('--json', 'print JSON');

/** One more of an option that may be repeated. */
export function repeated(text: string, earlier: readonly string[]): string[] {
  return [...earlier, text];
}

export function integerFrom(minimum: number, maximum = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = finite(text);
    if (!Number.isSafeInteger(value) || value < minimum || value > maximum) {
      const most = maximum < Number.MAX_SAFE_INTEGER ? ` and at most ${maximum}` : '';
      throw new InvalidArgumentError(`It should be an integer${minimum > 0 ? ` of at least ${minimum}${most}` : ''}.`);
    }
    return value;
  };
}

export function finite(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('It should be a number.');
  return value;
}

/** A number from `low`, which is not among them where it is 0, to `high`. */
export function between(low: number, high = Infinity): (text: string) => number {
  return (text) => {
    const value = finite(text);
    if (value >= low && value <= high && value !== 0) return value;
    throw new InvalidArgumentError(
      `It should be a ${high === Infinity ? 'positive number' : `number from ${low} to ${high}`}.`,
    );
  };
}

/** Positive numbers with commas. */
export function factors(text: string): number[] {
  return text.split(',').map(between(0));
}

/** `a.b=value` added to what earlier ones set; the value is JSON, or else text. */
export function setting(text: string, earlier: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const cut = text.indexOf('=');
  if (cut < 1) throw new InvalidArgumentError('It should be path=value.');
  return { ...earlier, [text.slice(0, cut)]: parsedValue(text.slice(cut + 1)) };
}
