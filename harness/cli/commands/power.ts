import { detectableEffect, MOST_PAIRS, pairedPower, pairsNeeded } from '../../statistics/index.js';
import { print, printJson } from '../../terminal/output.js';

export interface PowerOptions {
  /** Of the differences between two variants, seed by seed, in the same unit as `difference`. */
  readonly deviation: number;
  readonly difference?: number;
  /** Besides the usual numbers of seeds. */
  readonly seeds?: number;
  readonly alpha: number;
  readonly power: number;
  readonly json?: boolean;
}

/** What so many seeds see. */
interface Plan {
  readonly seeds: number;
  /** The chance that the difference is significant; absent where none was asked for. */
  readonly power?: number;
  /** The smallest difference that is, with the chance asked for. */
  readonly difference: number;
}

const USUAL_SEEDS = [3, 5, 10, 20, 50];

/** `newton-losses power`: how many seeds a difference takes, and what so many seeds see, by the paired t-test. */
export function power(options: PowerOptions): void {
  const { deviation, difference, alpha, json } = options;
  const needed = difference === undefined ? undefined : pairsNeeded(difference / deviation, options);
  const counts = options.seeds === undefined ? USUAL_SEEDS : [options.seeds];
  const plans = [...new Set([...counts, ...(needed === undefined ? [] : [needed])])].sort((a, b) => a - b)
    .map((seeds): Plan => ({
      seeds,
      ...(difference !== undefined && { power: pairedPower(difference / deviation, seeds, alpha) }),
      difference: deviation * detectableEffect(seeds, options),
    }));
  if (json) {
    return printJson({ deviation, difference, alpha, power: options.power, seedsNeeded: needed ?? null, plans });
  }
  if (difference !== undefined) print(`${answer(options, needed)}\n`);
  table(plans, options).forEach((line) => print(line));
}

function answer({ difference, deviation, alpha, power: chance }: PowerOptions, needed: number | undefined): string {
  const seeds = needed === undefined ? `more than ${MOST_PAIRS}` : String(needed);
  return `A difference of ${difference!}, where those of the seeds have a standard deviation of ${deviation}, is significant`
    + ` at ${alpha} with a chance of ${percent(chance)} by ${seeds} seeds (paired t-test).`;
}

function table(plans: readonly Plan[], { difference, power: chance }: PowerOptions): string[] {
  const heads = [
    'seeds',
    ...(difference === undefined ? [] : [`chance to see ${difference}`]),
    `smallest difference seen with ${percent(chance)}`,
  ];
  const rows = plans.map((plan) => [
    String(plan.seeds),
    ...(plan.power === undefined ? [] : [percent(plan.power)]),
    plan.difference.toPrecision(3),
  ]);
  const line = (cells: readonly string[]): string => cells.map((cell, i) => cell.padStart(heads[i].length)).join('  ');
  return [heads, ...rows].map(line);
}

/** Never 0 or 100 by rounding alone. */
function percent(chance: number): string {
  const text = (100 * chance).toFixed(chance > 0.99 && chance < 1 ? 1 : 0);
  return text === '100.0' ? '> 99.9%' : `${text}%`;
}
