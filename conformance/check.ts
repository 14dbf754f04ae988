import type { Capabilities } from '../core/loss.js';
import { ConformanceFailure, type Finding } from './failure.js';
import type { Subject } from './subject.js';

/** One law that loss plugins keep, as data. */
export interface Check {
  /** kebab-case. */
  readonly name: string;
  /** The law in one sentence. */
  readonly law: string;
  /** Earlier laws without which this one says nothing: it is not run where one of them is broken. */
  readonly needs: readonly string[];
  /** Whether it is about the plugin whatever its parameters, and so run once, not at every setting. */
  readonly once: boolean;
  /** Whether a loss with these capabilities promises it. */
  applies(capabilities: Capabilities): boolean;
  /** Returns if the subject keeps the law, as far as could be told; else throws ConformanceFailure. */
  run(subject: Subject): Evidence;
}

/**
 * Places where a law was looked at, and those where a wrong result would have been noticed. Absent: it is noticed
 * wherever it is looked for.
 */
export interface Evidence {
  readonly told: number;
  readonly tried: number;
}

/** Of a law that can always tell. */
const CERTAIN: Evidence = { told: 1, tried: 1 };

export type Fail = (finding: Finding) => never;

export interface CheckDefinition extends Pick<Check, 'name' | 'law'> {
  readonly needs?: readonly string[];
  readonly once?: boolean;
  /** Absent: every loss. */
  applies?(capabilities: Capabilities): boolean;
  /** What it returns, if anything, says how much it could tell. */
  test(subject: Subject, fail: Fail): Evidence | void;
}

/**
 * A check whose test reports a finding through `fail`; whatever else it throws is a failure too, with the error as its
 * cause.
 */
export function defineCheck({ name, law, needs = [], once = false, applies, test }: CheckDefinition): Check {
  return {
    name,
    law,
    needs,
    once,
    applies: (capabilities) => applies?.(capabilities) ?? true,
    run(subject) {
      const plugin = String(subject.plugin.name);
      const failure = (finding: Finding, options?: { cause: unknown }): ConformanceFailure =>
        new ConformanceFailure(plugin, name, { ...finding, setting: subject.setting }, options);
      try {
        return (
          test(subject, (finding) => {
            throw failure(finding);
          }) ?? CERTAIN
        );
      } catch (cause) {
        if (cause instanceof ConformanceFailure) throw cause;
        throw failure({ what: 'calls', expected: 'no error', got: cause }, { cause });
      }
    },
  };
}

/** The same laws, which moreover need others. */
export function needing(needs: readonly string[], checks: readonly Check[]): Check[] {
  return checks.map((check) => ({ ...check, needs: [...needs, ...check.needs] }));
}
