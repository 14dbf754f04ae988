import { type Batch, zeros } from '../batch.js';
import { LossError } from '../errors.js';
import type { Evaluation } from '../loss.js';
import { byProducts, type Matrices } from '../matrices.js';
import { textOf } from '../messages.js';
import { createArena } from './arena.js';
import { Recording, shapeError, type Var } from './recording.js';

/**
 * From the outputs y of the network, (N, m), to one number a sample, (N, 1). Pure: the same y gives the same result.
 */
export type Program = (y: Var) => Var;

export interface ProgramEvaluation extends Evaluation {
  hessian(): Matrices;
}

export interface Tape {
  /**
   * Runs the program at y. Reverse mode gives the gradient at about the cost of the program, forward over reverse a
   * Hessian-vector product at about twice that, and the Hessian is m of them.
   *
   * The memory of the program is used again by the next one on this tape: steps of equal size allocate results alone.
   * An earlier evaluation stays valid as long as y is unchanged; asked for more, it runs its program again.
   */
  record(y: Batch, program: Program): ProgramEvaluation;
}

interface Run {
  readonly input: Var;
  readonly result: Var;
}

export function createTape(): Tape {
  const arena = createArena();
  let size = 0;
  let latest: Run | undefined;

  const run = (y: Batch, program: Program): Run => {
    latest = undefined;
    arena.reset(y.data.length !== size);
    size = y.data.length;
    const input = new Recording(y.rows, arena).input(y);
    const result = program(input);
    checkResult(input, result);
    return (latest = { input, result });
  };
  return {
    record(y, program) {
      let own = run(y, program);
      const value = own.result.value.slice();
      const intact = (): Run => (own = latest === own ? own : run(y, program));
      return { value, ...derivatives(y, intact) };
    },
  };
}

function checkResult({ rows, recording }: Var, result: Var): void {
  const own: unknown = (result as Var | null | undefined)?.recording;
  if (own !== recording) {
    const got = own instanceof Recording ? 'a Var of another' : textOf(result);
    throw new LossError('UNSUPPORTED', `program: expected a result made in this call, got ${got}`);
  }
  if (result.rows !== rows || result.cols !== 1) {
    throw shapeError('program', `a result (${rows}, 1), one number a sample`, result);
  }
}

/** `intact` gives the run with its arrays as they were left. */
function derivatives(y: Batch, intact: () => Run): Omit<ProgramEvaluation, 'value'> {
  const reversed = (): Var => {
    const { input, result } = intact();
    if (!result.bar) reverseSweep(result);
    return input;
  };
  const copyOrZeros = (data: Float64Array | undefined): Batch => ({
    ...y,
    data: data?.slice() ?? new Float64Array(y.data.length),
  });
  const times = (v: Batch): Batch => {
    const input = reversed();
    curvatureSweep(input, v.data);
    return copyOrZeros(input.barDot);
  };
  return {
    gradient: () => copyOrZeros(reversed().bar),
    hessian: () => byProducts(times, y.rows, y.cols, () => hessianOf(reversed())),
  };
}

/** Column by column, then the mean of both triangles, which differ by rounding. */
function hessianOf(input: Var): Batch {
  const { rows, cols: m, recording } = input;
  const H = zeros(rows, m * m);
  const direction = recording.arena.zeros(rows * m);
  for (let a = 0; a < m; a++) {
    for (let k = 0; k < direction.length; k++) direction[k] = k % m === a ? 1 : 0;
    curvatureSweep(input, direction);
    const column = input.barDot;
    if (!column) break; // the result does not depend on y
    for (let i = 0; i < rows; i++) {
      for (let b = 0; b < m; b++) {
        H.data[(i * m + a) * m + b] += 0.5 * column[i * m + b];
        H.data[(i * m + b) * m + a] += 0.5 * column[i * m + b];
      }
    }
  }
  return H;
}

/** Reverse mode: `bar` of every Var that `result` (N, 1) depends on, for the N samples at once. */
function reverseSweep(result: Var): void {
  const { actives, arena } = result.recording;
  if (!result.active) return;
  result.bar = arena.float64(result.rows).fill(1);
  for (let k = actives.length - 1; k >= 0; k--) {
    const y = actives[k];
    if (!y.bar) continue;
    for (const x of y.inputs) if (x.active) x.bar ??= arena.zeros(x.value.length);
    y.operation.reverse(y);
  }
}

/** Forward over reverse, after `reverseSweep`: input.barDot becomes each sample's Hessian times its row of v. */
function curvatureSweep(input: Var, v: Float64Array): void {
  const { actives, arena } = input.recording;
  const used = actives.filter((y) => y.bar);
  for (const y of used) {
    y.dot = (y.dot ?? arena.float64(y.value.length)).fill(0);
    y.barDot = (y.barDot ?? arena.float64(y.value.length)).fill(0);
  }
  input.dot?.set(v);
  for (const y of used) y.operation.tangent(y);
  for (let k = used.length - 1; k >= 0; k--) used[k].operation.curvature(used[k]);
}
