import { type Capabilities } from '../../core/loss.js';
import { ConformanceFailure, type Finding } from './failure.js';
import { type Subject } from './subject.js';

/** One law that loss plugins keep, as data. */
export interface Check {
  /** kebab-case. */
  readonly name: string;
  /** The law in one sentence. */
  readonly law: string;
  /** Whether a loss with these capabilities promises it. */
  applies(capabilities: Capabilities): boolean;
  /** Returns if the subject keeps the law; else throws ConformanceFailure. */
  run(subject: Subject): void;
}

export type Fail = (finding: Finding) => never;

export interface CheckDefinition extends Pick<Check, 'name' | 'law'> {
  /** Absent: every loss. */
  applies?(capabilities: Capabilities): boolean;
  test(subject: Subject, fail: Fail): void;
}

/** A check whose test reports a finding through `fail`; whatever else it throws is a failure too, with the error as its cause. */
export function defineCheck({ name, law, applies, test }: CheckDefinition): Check {
  return {
    name,
    law,
    applies: (capabilities) => applies?.(capabilities) ?? true,
    run(subject) {
      const plugin = String(subject.plugin.name);
      try {
        test(subject, (finding) => {
          throw new ConformanceFailure(plugin, name, finding);
        });
      } catch (cause) {
        if (cause instanceof ConformanceFailure) throw cause;
        throw new ConformanceFailure(plugin, name, { what: law, expected: 'no error', got: cause }, { cause });
      }
    },
  };
}
