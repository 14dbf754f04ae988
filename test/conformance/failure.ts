import { textOf } from '../../core/messages.js';

/** Where a law is broken. */
export interface Finding {
  /** What was looked at, such as "gradient". */
  readonly what: string;
  /** The row in the sampled batch. */
  readonly sample?: number | undefined;
  /** The entry in that row. */
  readonly index?: number | undefined;
  readonly expected: unknown;
  readonly got: unknown;
}

/** A plugin breaks a law of the conformance suite; the message names plugin, check, sample, index, expected and got. */
export class ConformanceFailure extends Error {
  readonly what: string;
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
    this.sample = finding.sample;
    this.index = finding.index;
    this.expected = finding.expected;
    this.got = finding.got;
  }
}

function describe({ what, sample, index, expected, got }: Finding): string {
  const where = [sample === undefined ? '' : `sample ${sample}`, index === undefined ? '' : `index ${index}`].filter(Boolean).join(', ');
  return `${what}${where && ` (${where})`}: expected ${text(expected)}, got ${text(got)}`;
}

function text(value: unknown): string {
  if (value instanceof Error) return `${value.name}${'code' in value ? ` ${String(value.code)}` : ''}: ${value.message}`;
  if (typeof value === 'string' || typeof value === 'number' || value === undefined) return String(value);
  return textOf(value, 2000);
}
