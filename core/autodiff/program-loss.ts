import type { SchemaObject } from 'ajv';
import { complete, type LossDefinition } from '../define.js';
import type { Capabilities, Loss, LossPlugin } from '../loss.js';
import { byProducts } from '../matrices.js';
import type { NoParameters, ParamsOf, ValueOf } from '../parameters.js';
import { callCreate, callPlugin, expectDefinition } from '../plugin-calls.js';
import type { Rng } from '../random/rng.js';
import type { Var } from './recording.js';
import { createTape } from './tape.js';

/** A loss as its forward pass alone. */
export interface ProgramLoss<Target> extends Pick<Loss<Target>, 'outputs' | 'capabilities' | 'reject'> {
  /**
   * The loss of each sample, (N, 1), from y (N, m). Targets go in as constants: `batchOf(targets)`, nested arrays,
   * indices. Noise for sample i comes from `rng.split(i)`, made anew in every call.
   */
  program(y: Var, targets: readonly Target[], rng: Rng): Var;
}

export type ProgramLossPlugin<T extends SchemaObject, P extends SchemaObject> = LossDefinition<
  T,
  P,
  ProgramLoss<ValueOf<T>>
>;

/**
 * A plugin from a forward pass written with the operations of core/autodiff: value, gradient and Hessian
 * follow, exact wherever the program is smooth. A Hessian declared `products` (m too large) has no blocks.
 */
export function defineProgramLoss<const T extends SchemaObject, const P extends SchemaObject = NoParameters>(
  plugin: ProgramLossPlugin<T, P>,
): LossPlugin<ValueOf<T>, ParamsOf<P>> {
  expectDefinition('loss', plugin);
  const { name } = plugin;
  const whole = complete<ValueOf<T>, ParamsOf<P>>(plugin);
  return {
    ...whole,
    create: (params) =>
      lift(name, callCreate(name, () => plugin.create(params), params, ['program']), whole.capabilities),
  };
}

function lift<Target>(name: string, { program, ...rest }: ProgramLoss<Target>, declared: Capabilities): Loss<Target> {
  const tape = createTape();
  const kind = rest.capabilities?.hessian ?? declared.hessian;
  return {
    ...rest,
    evaluate(y, targets, rng) {
      const { hessian, ...evaluation } = tape.record(
        y,
        (Y) => callPlugin(name, 'program', () => program(Y, targets, rng), () => `y (${y.rows}, ${y.cols})`),
      );
      if (kind === 'none') return evaluation;
      if (kind !== 'products') return { ...evaluation, hessian };
      return { ...evaluation, hessian: () => byProducts((v) => hessian().times(v), y.rows, y.cols) };
    },
  };
}
