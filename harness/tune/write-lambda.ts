import { existsSync, readFileSync } from 'node:fs';
import { LossError } from '../../core/errors.js';
import { parseJson } from '../../core/json-text.js';
import type { Lambda } from '../../core/newton/index.js';
import { type Experiment, loadExperiment } from '../experiments/experiment.js';
import { isObject } from '../experiments/presets.js';
import { withPaths } from '../experiments/with-paths.js';
import { writeFileAtomically } from '../files/atomic-file.js';
import { lambdaText } from './choose.js';

/** Fields of an experiment that are those of the runs that it was tuned by. */
const OF_TUNING = ['name', 'seed', 'evaluateOn'];

/** Writes a lambda, given the experiment that was tuned, and says what it wrote. */
export type WriteLambda = (lambda: Lambda, experiment: Experiment) => string;

/**
 * Where the lambda of a source goes: with `true` into its file, `mine.json` or the variant in `mine.json/hessian`; with
 * a name into a new experiment file. PARAMS for a preset that would be rewritten and for what is no file of experiments,
 * DATA where the new file is there already.
 */
export function lambdaWriter(source: string, write: string | true): WriteLambda {
  if (write !== true) return newFile(source, write);
  const [, file, variant] = /^(.*\.json)(?:\/([^/]*))?$/.exec(source) ?? [];
  if (file !== undefined) return (lambda) => rewrite(source, file, variant, lambda);
  throw new LossError(
    'PARAMS',
    `--write: ${source} is a preset, which is the package's own: --write FILE.json makes an experiment file of it`,
  );
}

/** Nothing but the lambda is another in the file, whose JSON is laid out anew. */
function rewrite(source: string, file: string, variant: string | undefined, lambda: Lambda): string {
  const before = loadExperiment(source).newton.lambda;
  const content = parseJson(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const { variants } = content;
  const part = variant !== undefined && isObject(variants) ? variants[variant] as object : content;
  withPaths(part, { 'newton.lambda': lambda });
  writeFileAtomically(file, jsonText(content));
  const where = variant === undefined ? '' : ` of the variant ${variant}`;
  return `${file}: newton.lambda${where} is ${lambdaText(lambda)} now, it was ${lambdaText(before)}`;
}

function newFile(source: string, file: string): WriteLambda {
  if (!file.endsWith('.json')) throw new LossError('PARAMS', `--write should be a file *.json, got ${file}`);
  if (existsSync(file)) {
    throw new LossError('DATA', `--write: ${file} is there already; ${source} would be a new file: give another name`);
  }
  return (lambda, experiment) => {
    const settings = Object.entries(structuredClone(experiment)).filter(([name]) => !OF_TUNING.includes(name));
    writeFileAtomically(file, jsonText(withPaths(Object.fromEntries(settings), { 'newton.lambda': lambda })));
    return `${file} is new: ${source}, every setting written out, with newton.lambda ${lambdaText(lambda)}`;
  };
}

function jsonText(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
