import { LossError } from '../errors.js';

/** What holds for a whole program or a part of it. */
export interface Settings {
  /** Inverse temperature of conditions and soft minima: the larger, the closer to the hard program. */
  readonly beta: number;
  /** If and While take the likelier side, extrema the first best entry, as the program would without relaxation. */
  readonly hard: boolean;
  /** How often a While runs its body at most. */
  readonly maxIterations: number;
  /** A sample leaves a While when it would go on with no more than this probability. */
  readonly epsilon: number;
}

export const DEFAULTS: Settings = { beta: 10, hard: false, maxIterations: 1024, epsilon: 1e-5 };

/** PARAMS where one is out of its range. */
export function change(settings: Settings, changes: Partial<Settings>): Settings {
  const changed = { ...settings, ...changes };
  const { beta, maxIterations, epsilon } = changed;
  expectThat(beta > 0 && Number.isFinite(beta), 'beta', 'a finite number > 0', beta);
  expectThat(Number.isInteger(maxIterations) && maxIterations >= 0, 'maxIterations', 'an integer >= 0', maxIterations);
  expectThat(epsilon >= 0 && epsilon < 1, 'epsilon', 'a number in [0, 1)', epsilon);
  return changed;
}

function expectThat(holds: boolean, name: string, expected: string, got: number): void {
  if (!holds) throw new LossError('PARAMS', `relaxed program: ${name} should be ${expected}, got ${got}`);
}
