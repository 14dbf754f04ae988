import { textOf } from '../core/messages.js';

/** Where a law is broken. */
export interface Finding {
  /** What was looked at, such as "gradient". */
  readonly what: string;
  /** Where the parameters or the number of outputs are not those under test, what they are. */
  readonly setting?: string | undefined;
  /** The row in the sampled batch. */
  readonly sample?: number | undefined;
  /** The entry in that row. */
  readonly index?: number | undefined;
  readonly expected: unknown;
  readonly got: unknown;
}

/**
 * A plugin breaks a law of the conformance suite; the message names plugin, check, setting, sample, index, expected
 * and got.
 */
export class ConformanceFailure extends Error {
  readonly what: string;
  readonly setting: string | undefined;
  readonly sample: number | undefined;
  readonly index: number | undefined;
  readonly expected: unknown;
  readonly got: unknown;

  constructor(
    readonly plugin: string,
    readonly check: string,
    finding: Finding,
    options?: { cause?: unknown },
  ) {
    super(`${plugin}: ${check}: ${describe(finding)}`, options);
    this.name = 'ConformanceFailure';
    this.what = finding.what;
    this.setting = finding.setting;
    this.sample = finding.sample;
    this.index = finding.index;
    this.expected = finding.expected;
    this.got = finding.got;
  }
}

function describe({ what, setting, sample, index, expected, got }: Finding): string {
  const parts = [
    sample === undefined ? '' : `sample ${sample}`,
    index === undefined ? '' : `index ${index}`,
    setting && `with ${setting}`,
  ];
  const where = parts.filter(Boolean).join(', ');
  return `${what}${where && ` (${where})`}: expected ${text(expected)}, got ${text(got)}`;
}

const LONGEST = 2000;

function text(value: unknown): string {
  if (value instanceof Error) {
    return `${value.name}${'code' in value ? ` ${String(value.code)}` : ''}: ${value.message}`;
  }
  return typeof value === 'string' ? value : textOf(value, LONGEST);
}
