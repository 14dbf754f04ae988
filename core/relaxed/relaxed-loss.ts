import { defineProgramLoss, type ProgramLossPlugin } from '../autodiff/program-loss.js';
import type { Operand } from '../autodiff/operand.js';
import type { Var } from '../autodiff/recording.js';
import type { Loss, LossPlugin } from '../loss.js';
import { callCreate, expectPlugin } from '../plugin-calls.js';
import type { Rng } from '../rng.js';
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

export interface RelaxedLossPlugin<Target, Params extends object>
  extends Omit<ProgramLossPlugin<Target, Params>, 'create'> {
  create(params: Params): RelaxedLoss<Target>;
}

/** A plugin from a relaxed program and a loss on its output, with derivatives as `defineProgramLoss` has them. */
export function defineRelaxedLoss<Target, Params extends object>(
  plugin: RelaxedLossPlugin<Target, Params>,
): LossPlugin<Target, Params> {
  expectPlugin('loss', plugin);
  return defineProgramLoss({
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
