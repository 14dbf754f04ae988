import type { AlgorithmPlugin } from '../core/algorithms/algorithm.js';
import { LossError } from '../core/errors.js';
import type { LossPlugin } from '../core/loss.js';
import { type AlgorithmConformanceOptions, planAlgorithmConformance } from './algorithms/suite.js';
import type { CheckResult, PlannedCheck } from './plan.js';
import { type ConformanceOptions, planConformance } from './suite.js';

/** What mocha, jest, vitest and others define globally. */
interface Framework {
  describe?(title: string, body: () => void): void;
  it?(title: string, body: (this: MochaContext | undefined) => void): void;
}

interface MochaContext {
  timeout?(milliseconds: number): unknown;
  /** The running test; its title may be changed until it is reported. */
  test?: { title: string };
  /** Marks the test as pending, by throwing. */
  skip?(): never;
}

/** Estimates need many draws; mocha's own limit is 2 s. */
const TIMEOUT = 60_000;

/**
 * Registers one test a check that applies, with the global `describe` and `it`: call it at the top of a test file. The
 * plugin needs nothing but itself. Laws that are not run, since one that they need is broken, and laws that could not
 * be told are pending, with the reason in their titles; a runner that cannot skip a running test, as mocha can, passes
 * them. UNSUPPORTED outside a test runner; `runConformance` gives the results as data.
 */
export function conformance<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  options: ConformanceOptions<Params> = {},
): void {
  registerChecks(plugin.name, options, () => planConformance(plugin, options));
}

/** The same for a hard algorithm, by the laws of algorithms. */
export function algorithmConformance<Params extends object>(
  plugin: AlgorithmPlugin<Params>,
  options: AlgorithmConformanceOptions<Params> = {},
): void {
  registerChecks(plugin.name, options, () => planAlgorithmConformance(plugin, options));
}

/** One test a planned check that applies; UNSUPPORTED outside a test runner. */
export function registerChecks(
  name: string,
  options: Pick<ConformanceOptions, 'params' | 'title' | 'expectedFailures'>,
  plan: () => readonly PlannedCheck[],
): void {
  const { describe, it } = globalThis as Framework;
  if (!describe || !it) {
    throw new LossError(
      'UNSUPPORTED',
      `conformance(${name}) needs a test runner with global describe and it, got none`,
    );
  }
  const title = [name, options.params && JSON.stringify(options.params), options.title, 'conforms']
    .filter(Boolean)
    .join(' ');
  const planned = plan();
  describe(title, () => {
    for (const { check, applies, run } of planned) {
      if (!applies) continue;
      const reason = options.expectedFailures?.[check.name];
      it(`${check.name}: ${check.law}${reason === undefined ? '' : ` (fails as expected: ${reason})`}`, function() {
        this?.timeout?.(TIMEOUT);
        const result = run();
        if (result.outcome === 'failed') throw result.failure;
        const idle = idleness(result);
        if (idle === undefined || !this?.skip) return;
        if (this.test) this.test.title += ` (${idle})`;
        this.skip();
      });
    }
  });
}

function idleness({ outcome, because, evidence }: CheckResult): string | undefined {
  if (outcome === 'not run') return `not run because of ${because}`;
  return outcome === 'could not tell' ? `could not tell at any of ${evidence?.tried} places` : undefined;
}
