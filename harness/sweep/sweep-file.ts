import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LossError } from '../../core/errors.js';
import { parseJson } from '../../core/json-text.js';
import { didYouMean } from '../../core/messages.js';
import { compileSchema, explain } from '../../core/schema.js';
import { packageRoot } from '../../node/package-root.js';

/** What a sweep's file holds. */
export interface SweepContent {
  readonly title: string;
  /** A number of seeds from 0, or those in it. */
  readonly seeds: number | readonly number[];
  readonly comparisons: readonly SweepComparison[];
}

/** What `compare` takes. */
export interface SweepComparison {
  /** Goes before the names of its groups, and is a folder. */
  readonly name?: string;
  /** Presets and experiment files, or variants of them; files relative to that of the sweep. */
  readonly experiments?: readonly string[];
  readonly variants?: readonly string[];
  readonly curvatures?: readonly string[];
  readonly losses?: readonly string[];
  readonly task?: string;
  readonly model?: string;
  /** Dotted path -> the values that it takes in turn. */
  readonly grid?: Readonly<Record<string, readonly unknown[]>>;
  /** Dotted path -> value, of all its runs. */
  readonly set?: Readonly<Record<string, unknown>>;
}

/** A sweep as found. */
export interface Sweep extends SweepContent {
  /** That of the file. */
  readonly name: string;
  readonly file: string;
}

const names = { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1, uniqueItems: true };

const sweepSchema = {
  type: 'object',
  properties: {
    $schema: { type: 'string' },
    title: { type: 'string', minLength: 1 },
    seeds: {
      type: ['integer', 'array'],
      minimum: 1,
      maximum: 10_000,
      items: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
      minItems: 1,
      default: 3,
    },
    comparisons: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: {
          name: { type: 'string', pattern: '^[A-Za-z0-9][^\\\\/<>:"|?*\\x00-\\x1f]*$', maxLength: 100 },
          experiments: names,
          variants: names,
          curvatures: names,
          losses: names,
          task: { type: 'string', minLength: 1 },
          model: { type: 'string', minLength: 1 },
          grid: {
            type: 'object',
            additionalProperties: { type: 'array', minItems: 1, uniqueItems: true },
          },
          set: { type: 'object' },
        },
        additionalProperties: false,
      },
    },
  },
  required: ['title', 'comparisons'],
  additionalProperties: false,
};

const shipped = path.join(packageRoot(), 'harness', 'sweeps');

/** The sweeps that come with the package, by name. */
export function sweeps(): Sweep[] {
  return sweepNames().map((name) => readFile(fileOf(name)));
}

/**
 * A sweep by its name (`table1-quick`) or file (`mine.json`). PARAMS, saying which there are, where there is none of that
 * name, and where a file holds none; DATA where it cannot be read.
 */
export function readSweep(source: string): Sweep {
  if (source.endsWith('.json')) return readFile(source);
  const there = sweepNames();
  if (there.includes(source)) return readFile(fileOf(source));
  const hint = `${didYouMean(source, there)}; there are ${there.join(', ')}; a sweep's file ends in .json`;
  throw new LossError('PARAMS', `no sweep is called ${JSON.stringify(source)}${hint}`);
}

function sweepNames(): string[] {
  return readdirSync(shipped).filter((file) => file.endsWith('.json')).map((file) => path.basename(file, '.json'))
    .sort();
}

function fileOf(name: string): string {
  return path.join(shipped, `${name}.json`);
}

function readFile(file: string): Sweep {
  const valid = compileSchema<SweepContent>(sweepSchema);
  const content = parsed(file);
  if (!valid(content)) throw new LossError('PARAMS', `${file}: ${explain(valid, 'sweep')}`);
  return { ...content, name: path.basename(file, '.json'), file };
}

function parsed(file: string): unknown {
  try {
    return parseJson(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new LossError('DATA', `cannot read the sweep ${file}: ${(cause as Error).message}`, { cause });
  }
}
