import type { SchemaObject } from 'ajv';
import { defineProgramLoss } from '../autodiff/program-loss.js';
import type { Operand } from '../autodiff/operand.js';
import type { Var } from '../autodiff/recording.js';
import type { LossDefinition } from '../define.js';
import type { Loss, LossPlugin } from '../loss.js';
import type { NoParameters, ParamsOf, ValueOf } from '../parameters.js';
import { callCreate, expectDefinition } from '../plugin-calls.js';
import type { Rng } from '../random/rng.js';
import { run } from './run.js';
import type { Settings } from './settings.js';
import { type Body, type State, variable } from './state.js';

/** A loss as a relaxed program, of which it sees one variable at the end. */
export interface RelaxedLoss<Target> extends Pick<Loss<Target>, 'outputs' | 'capabilities' | 'reject'> {
  readonly settings?: Partial<Settings>;
  /**
   * What the variables are at the start, from y (N, m); targets may be among them. Noise for sample i comes from
   * `rng.split(i)`.
   */
  variables(y: Var, targets: readonly Target[], rng: Rng): Readonly<Record<string, Operand>>;
  /** The program for m outputs of the network. */
  program(m: number): Body;
  /** The name of the variable that the loss is on. */
  readonly output: string;
  /** The loss of each sample, (N, 1). */
  loss(output: Var, targets: readonly Target[], state: State): Var;
}

export type RelaxedLossPlugin<T extends SchemaObject, P extends SchemaObject> = LossDefinition<
  T,
  P,
  RelaxedLoss<ValueOf<T>>
>;

/** A plugin from a relaxed program and a loss on its output, with derivatives as `defineProgramLoss` has them. */
export function defineRelaxedLoss<const T extends SchemaObject, const P extends SchemaObject = NoParameters>(
  plugin: RelaxedLossPlugin<T, P>,
): LossPlugin<ValueOf<T>, ParamsOf<P>> {
  expectDefinition('loss', plugin);
  return defineProgramLoss<T, P>({
    ...plugin,
    create(params) {
      const made = callCreate(plugin.name, () => plugin.create(params), params, ['variables', 'program', 'loss']);
      const { settings, variables, program, output, loss, ...rest } = made;
      return {
        ...rest,
        program(y, targets, rng) {
          const state = run(y, program(y.cols), variables(y, targets, rng), settings);
          return loss(variable(state, output), targets, state);
        },
      };
    },
  });
}
