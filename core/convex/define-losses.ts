import { type Batch, zeros } from '../batch.js';
import { defineLoss } from '../define.js';
import { LossError } from '../errors.js';
import type { Capabilities, LossPlugin } from '../loss.js';
import { parameters, type ParametersOf, type ParameterSchemas, type SchemaOf } from '../parameters.js';
import type { Rng } from '../random/rng.js';
import type { Parameter } from './model/expression.js';
import { entriesOf } from './model/shape.js';
import { textOf } from './model/text.js';
import { optimalValueLoss } from './optimal-value-loss.js';
import { type Criterion, solutionLoss } from './solution-loss.js';
import { checkMap, type SolutionMap, type ValueMap } from './solution-map.js';

/** A loss of a convex problem: only its name and problem are needed. */
export interface ConvexLossDefinition<Schemas extends ParameterSchemas, Program, Target> {
  /** kebab-case */
  readonly name: string;
  readonly title?: string;
  /** Citation with equation numbers. */
  readonly source?: string;
  /** Of the problem, by name; those that every such loss has come on top. */
  readonly parameters?: Schemas;
  /** The problem, or a function from parameters, validated and with defaults filled, to it. */
  readonly map: Program | ((params: ParametersOf<Schemas>) => Program);
  /** What is known of this problem beside what holds for all: that its optimal value is convex in y, say. */
  readonly capabilities?: Partial<Capabilities>;
  /** Typical outputs and targets; without it y is normal, targets are uniform from 0 to 1. */
  sample?(params: ParametersOf<Schemas>, rng: Rng, rows: number): { y: Batch; targets: Target[] };
}

const smoothing = {
  type: 'number',
  minimum: 0,
  maximum: 1e6,
  default: 1e-3,
  description: 'barrier parameter of the central path; 0: the solution itself',
} as const;

const criterion = {
  type: 'string',
  enum: ['squared', 'linear'],
  default: 'squared',
  description: '1/2 |w - t|^2, or <t, w> for true costs t',
} as const;

type Smoothed = ParametersOf<{ smoothing: typeof smoothing }>;
type Judged = Smoothed & { criterion: Criterion };

/**
 * A plugin for the loss on the solution of a convex problem (`solutionLoss`), with the parameters `criterion` and
 * `smoothing` beside the problem's own. As the default export of a module it is a loss like any other: for
 * `newton-losses conformance FILE`, and, in a registry, for `train`, `info` and `list`.
 *
 *     export default defineSolutionLoss({
 *       name: 'capped-simplex',
 *       parameters: { n: { type: 'integer', minimum: 2, default: 4 } },
 *       map: ({ n }) => ({ problem, parameter: y, solution: x }),
 *     });
 *
 * PARAMS, from `create`, for a problem with other parameters than y, a y that is declared to have a sign or to be
 * symmetric, or a solution that is no variable of the problem; REGISTRY where the definition makes no plugin.
 */
export function defineSolutionLoss<const Schemas extends ParameterSchemas = Record<never, never>>(
  definition: ConvexLossDefinition<Schemas, SolutionMap, number[]>,
): LossPlugin<number[], ParametersOf<Schemas> & Judged> {
  const { name, title = `Loss of the solution of ${name}`, parameters = {}, capabilities } = definition;
  const mapOf = mapOfParameters(definition);
  return defineLoss({
    name,
    title,
    source: definition.source ?? 'Agrawal et al., Differentiable convex optimization layers, NeurIPS 2019',
    params: schemaOf<ParametersOf<Schemas> & Judged>(name, parameters, { criterion, smoothing }),
    target: { type: 'array', items: { type: 'number' } },
    capabilities: { nonnegative: true, ...capabilities },
    create: (params) => ({
      ...solutionLoss(mapOf(params), params.criterion, params.smoothing),
      capabilities: { nonnegative: params.criterion === 'squared', ...capabilities },
    }),
    sample(params, rng, rows) {
      if (definition.sample) return definition.sample(params, rng, rows);
      const { parameter, solution } = mapOf(params);
      const y = normal(parameter, rng, rows);
      const size = entriesOf(solution.shape);
      return { y, targets: Array.from({ length: rows }, () => Array.from({ length: size }, () => rng.uniform())) };
    },
  });
}

/**
 * A plugin for the optimal value of a convex problem (`optimalValueLoss`), with the parameter `smoothing` beside the
 * problem's own; targets are null. Otherwise as `defineSolutionLoss`.
 */
export function defineOptimalValueLoss<const Schemas extends ParameterSchemas = Record<never, never>>(
  definition: ConvexLossDefinition<Schemas, ValueMap, null>,
): LossPlugin<null, ParametersOf<Schemas> & Smoothed> {
  const { name, title = `Optimal value of ${name}`, parameters = {}, capabilities } = definition;
  const mapOf = mapOfParameters(definition);
  return defineLoss({
    name,
    title,
    source: definition.source
      ?? 'Fiacco, Introduction to Sensitivity and Stability Analysis in Nonlinear Programming, 1983, section 3.4',
    params: schemaOf<ParametersOf<Schemas> & Smoothed>(name, parameters, { smoothing }),
    target: { type: 'null', nullable: true },
    ...(capabilities && { capabilities }),
    create: (params) => optimalValueLoss(mapOf(params), params.smoothing),
    sample(params, rng, rows) {
      if (definition.sample) return definition.sample(params, rng, rows);
      return { y: normal(mapOf(params).parameter, rng, rows), targets: Array.from({ length: rows }, () => null) };
    },
  });
}

/** The problem for parameters; PARAMS where what it takes is not any numbers, as the outputs of a network are. */
function mapOfParameters<Schemas extends ParameterSchemas, Program extends ValueMap>(
  { name, map }: Pick<ConvexLossDefinition<Schemas, Program, unknown>, 'name' | 'map'>,
): (params: ParametersOf<Schemas>) => Program {
  return (params) => {
    const made = typeof map === 'function' ? map(params) : map;
    checkMap(name, made);
    const { parameter } = made;
    const declared = (['nonneg', 'nonpos', 'symmetric'] as const).find((property) => parameter[property]);
    if (declared === undefined) return made;
    const what = `parameter ${textOf(parameter)} is declared ${declared}`;
    throw new LossError('PARAMS', `${name}: ${what}; expected one that takes any numbers, as a network gives them`);
  };
}

/** The closed schema of a problem's own parameters and `added` ones; REGISTRY where a name is in both. */
function schemaOf<Params extends object>(
  name: string,
  own: ParameterSchemas,
  added: ParameterSchemas,
): SchemaOf<Params> {
  const taken = Object.keys(own).find((key) => key in added);
  if (taken !== undefined) {
    throw new LossError('REGISTRY', `${name}: ${taken} is a parameter that every such loss has; choose another name`);
  }
  return parameters({ ...own, ...added }) as unknown as SchemaOf<Params>;
}

/** Normal entries (rows, entries of the parameter). */
function normal({ shape }: Parameter, rng: Rng, rows: number): Batch {
  const y = zeros(rows, entriesOf(shape));
  for (let k = 0; k < y.data.length; k++) y.data[k] = rng.normal();
  return y;
}
