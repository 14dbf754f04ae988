import type { Capabilities, Loss, LossPlugin } from '../loss.js';
import { callCreate, callPlugin, expectPlugin } from '../plugin-calls.js';
import type { Rng } from '../rng.js';
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

/** What a program cannot know of itself; the rest is as in a smooth loss without noise unless it says otherwise. */
export type ProgramCapabilities = Pick<Capabilities, 'convex' | 'nonnegative'> & Partial<Omit<Capabilities, 'hvp'>>;

export interface ProgramLossPlugin<Target, Params extends object>
  extends Omit<LossPlugin<Target, Params>, 'create' | 'capabilities'> {
  readonly capabilities: ProgramCapabilities;
  create(params: Params): ProgramLoss<Target>;
}

/**
 * A plugin from a forward pass written with the operations of core/autodiff: value, gradient, Hessian and
 * Hessian-vector product follow, exact wherever the program is smooth. A Hessian declared `none` (m too large) leaves
 * the product alone.
 */
export function defineProgramLoss<Target, Params extends object>(
  plugin: ProgramLossPlugin<Target, Params>,
): LossPlugin<Target, Params> {
  expectPlugin('loss', plugin);
  const { name } = plugin;
  const capabilities: Capabilities = {
    ...{ gradient: 'exact', hessian: 'exact', deterministic: true, fisher: true, ...plugin.capabilities },
    hvp: true,
  };
  return {
    ...plugin,
    capabilities,
    create: (params) => lift(name, callCreate(name, () => plugin.create(params), params, ['program']), capabilities),
  };
}

function lift<Target>(name: string, { program, ...rest }: ProgramLoss<Target>, declared: Capabilities): Loss<Target> {
  const tape = createTape();
  const dense = (rest.capabilities?.hessian ?? declared.hessian) !== 'none';
  return {
    ...rest,
    evaluate(y, targets, rng) {
      const { hessian, ...evaluation } = tape.record(
        y,
        (Y) => callPlugin(name, 'program', () => program(Y, targets, rng), () => `y (${y.rows}, ${y.cols})`),
      );
      return dense ? { ...evaluation, hessian } : evaluation;
    },
  };
}
