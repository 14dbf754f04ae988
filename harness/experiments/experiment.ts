import { LossError } from '../../core/errors.js';
import type { BackendName } from '../../node/tfjs/index.js';
import { RECIPE } from '../../core/newton/choose-curvature.js';
import type { Curvature, NewtonOptions } from '../../core/newton/index.js';
import { addValidators, compileSchema, explain } from '../../core/schema.js';
import { type ExperimentSource, isObject, readPreset, readVaried, single } from './presets.js';
import { withChanges } from './changes.js';
import { experimentSchema } from './experiment-schema.js';
import type { Split } from '../tasks/index.js';
import { optimizerSchemas, type OptimizerSettings } from './optimizers.js';
import validators from '../validators.js';

addValidators(validators);

/** Something made by name from parameters that its own schema knows. */
export interface Named {
  readonly name: string;
  readonly [parameter: string]: unknown;
}

/** How the loss's direction is preconditioned; curvature `auto` is the harness's choice (curvature.ts). */
export type NewtonSettings =
  & Omit<Required<NewtonOptions>, 'curvature' | 'clipNorm'>
  & Pick<NewtonOptions, 'clipNorm'>
  & {
    readonly curvature: Curvature | 'auto';
    /** Whose gradients it is: of the outputs of the network, or of the parameters of each layer (harness/run/training.ts). */
    readonly at: 'outputs' | 'layers';
  };

/** Everything that determines a run's results, together with the versions of what runs it. */
export interface Experiment {
  /** What run folders and tables call it. */
  readonly name: string;
  readonly task: Named;
  readonly model: Named;
  readonly loss: { readonly name: string; readonly params: object };
  readonly newton: NewtonSettings;
  readonly optimizer: OptimizerSettings;
  readonly steps: number;
  readonly batchSize: number;
  /** Steps between evaluations; the last step is always evaluated. */
  readonly evalEvery: number;
  /** What evaluations are on: settings are chosen on validation data, and judged on test data. */
  readonly evaluateOn: Split;
  readonly logEvery: number;
  readonly checkpointEvery: number;
  readonly seed: number;
  /** That it was tuned on; `chosenBackend` says what comes of it. */
  readonly backend?: BackendName;
}

/** What an experiment's file holds (docs/experiments.md), of one experiment: what it leaves out has its default. */
export interface ExperimentContent
  extends
    Pick<Experiment, 'task' | 'model' | 'steps'>,
    Partial<Omit<Experiment, 'task' | 'model' | 'steps' | 'loss' | 'newton' | 'optimizer'>> {
  readonly loss: { readonly name: string; readonly params?: object };
  readonly newton?: Partial<NewtonSettings>;
  readonly optimizer?: Partial<OptimizerSettings>;
}

/**
 * An experiment by preset name (`mnist-sort/quick-softsort/hessian`: task, preset, variant) or by path of a JSON file
 * (`mine.json`, and where it has variants `mine.json/hessian`), or as it is, with `changes` (dotted path -> value,
 * `{ 'newton.lambda': 1 }`) on top (`withChanges`); validated, defaults filled, the parameters of task, model and loss
 * excepted, which only those know. DATA where it cannot be read, PARAMS where it is not an experiment.
 */
export function loadExperiment(
  source: string | ExperimentContent,
  changes: Readonly<Record<string, unknown>> = {},
): Experiment {
  const { file, name, content } = typeof source === 'string' ? readSource(source) : given(source);
  return validExperiment(withChanges({ name, ...content }, changes), file);
}

function readSource(source: string): ExperimentSource {
  return source.endsWith('.json') ? single(readVaried(source)) : readPreset(source);
}

function given(content: ExperimentContent): ExperimentSource {
  return { file: 'the experiment', name: 'experiment', content: structuredClone({ ...content }) };
}

/** Fills `content`'s defaults in place; PARAMS, naming the file it came from, where it is not an experiment. */
export function validExperiment(content: unknown, file: string): Experiment {
  const valid = compileSchema(experimentSchema);
  if (isObject(content)) fillRecipe(content);
  if (!valid(content)) throw new LossError('PARAMS', `${file}: ${explain(valid, 'experiment')}`);
  const experiment = content as Experiment;
  checkOptimizer(experiment, file);
  checkName(experiment.name, file);
  return experiment;
}

/** Gives `auto` at outputs, asked for or not, the settings of its own that are not given. */
function fillRecipe(content: Record<string, unknown>): void {
  const { newton = {} } = content;
  if (!isObject(newton)) return;
  const { curvature = 'auto', at = 'outputs' } = newton;
  if (curvature === 'auto' && at === 'outputs') content.newton = { ...structuredClone(RECIPE), ...newton };
}

/** What is there beside the name, which its own schema knows. */
function checkOptimizer({ optimizer }: Experiment, file: string): void {
  const { name } = optimizer;
  const valid = compileSchema(optimizerSchemas[name]);
  if (!valid(optimizer)) throw new LossError('PARAMS', `${file}: ${name}: ${explain(valid, 'experiment/optimizer')}`);
}

/** A name is a path below runs/: PARAMS where it could lead out of there or is no name of folders everywhere. */
function checkName(name: string, file: string): void {
  const odd = name.split('/').find((part) =>
    part === '' || part.startsWith('.') || !/^[^\\<>:"|?*\p{Cc}]+$/u.test(part)
  );
  if (odd === undefined) return;
  const rule =
    'names of folders with slashes between, none empty, beginning with a dot or with one of \\ < > : " | ? * in it';
  throw new LossError('PARAMS', `${file}: experiment/name should be ${rule}, got ${JSON.stringify(name)}`);
}
