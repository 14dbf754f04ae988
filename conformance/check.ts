import { ConformanceFailure, type Finding } from './failure.js';
import type { Subject } from './subject.js';

/** What laws are about: a plugin with parameters. */
export interface Tested {
  readonly plugin: { readonly name: string };
  /** What is special about the parameters, in words, where they were drawn by the suite. */
  readonly setting: string | undefined;
  /** What decides which laws apply. */
  readonly capabilities: object;
}

/** One law that plugins keep, as data; of losses unless another subject is named. */
export interface Check<S extends Tested = Subject> {
  /** kebab-case. */
  readonly name: string;
  /** The law in one sentence. */
  readonly law: string;
  /** Earlier laws without which this one says nothing: it is not run where one of them is broken. */
  readonly needs: readonly string[];
  /** Whether it is about the plugin whatever its parameters, and so run once, not at every setting. */
  readonly once: boolean;
  /** Whether a plugin with these capabilities promises it. */
  applies(capabilities: S['capabilities']): boolean;
  /** Returns if the subject keeps the law, as far as could be told; else throws ConformanceFailure. */
  run(subject: S): Evidence;
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

export interface CheckDefinition<S extends Tested> extends Pick<Check, 'name' | 'law'> {
  readonly needs?: readonly string[];
  readonly once?: boolean;
  /** Absent: every plugin. */
  applies?(capabilities: S['capabilities']): boolean;
  /** What it returns, if anything, says how much it could tell. */
  test(subject: S, fail: Fail): Evidence | void;
}

/**
 * A check whose test reports a finding through `fail`; whatever else it throws is a failure too, with the error as its
 * cause.
 */
export function defineCheck<S extends Tested = Subject>(
  { name, law, needs = [], once = false, applies, test }: CheckDefinition<S>,
): Check<S> {
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
export function needing<S extends Tested>(needs: readonly string[], checks: readonly Check<S>[]): Check<S>[] {
  return checks.map((check) => ({ ...check, needs: [...needs, ...check.needs] }));
}
