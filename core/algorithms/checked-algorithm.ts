import { type Batch, zeros } from '../batch.js';
import { checkFinite, checkShape, fillParams } from '../checks.js';
import { LossError } from '../errors.js';
import { allFinite } from '../numerics/finite.js';
import { type Algorithm, type AlgorithmPlugin, type Ready } from './algorithm.js';
import { solveRows } from './solve-rows.js';

/** Solutions of a batch of instances. */
export interface Solutions {
  /** (N, outputs(m)): one solution a row. */
  readonly w: Batch;
  /** (N): <costs, w> of each row. */
  readonly objective: Float64Array;
}

/** An algorithm whose arguments are validated, and which knows where it came from. */
export interface CheckedAlgorithm extends Omit<Algorithm, 'solveRows'> {
  readonly plugin: AlgorithmPlugin;
  /** What was asked for, defaults filled. */
  readonly params: object;
  /**
   * Solves each row of costs (N, m); into `into` where it is given and fits, else into new arrays. Costs that have still to be made are made by
   * `ready`, a part at a time, while other threads solve those that are there.
   */
  solveBatch(costs: Batch, into?: Solutions, ready?: Ready): Solutions;
}

/**
 * Fixes a plugin's parameters (validated, defaults filled: PARAMS) and wraps the algorithm so that costs or solutions of the wrong length
 * (SHAPE) and costs that are not finite (NONFINITE) are errors.
 */
export function checkedAlgorithm<Params extends object>(plugin: AlgorithmPlugin<Params>, params: Partial<Params> = {}): CheckedAlgorithm {
  const { name } = plugin;
  const filled = fillParams(plugin, params);
  const algorithm = plugin.create(filled);
  return {
    ...algorithm,
    plugin,
    params: filled,
    solve(costs, out) {
      checkLength(name, 'costs', costs, algorithm.inputs ?? costs.length);
      checkLength(name, 'out', out, algorithm.outputs(costs.length));
      checkFinite(name, 'costs', costs, costs.length);
      return algorithm.solve(costs, out);
    },
    solveBatch(costs, into, make) {
      checkShape(name, 'costs', costs, costs.rows, algorithm.inputs ?? costs.cols);
      const width = algorithm.outputs(costs.cols);
      const solutions = into ?? { w: zeros(costs.rows, width), objective: new Float64Array(costs.rows) };
      checkLength(name, 'w.data', solutions.w.data, costs.rows * width);
      checkLength(name, 'objective', solutions.objective, costs.rows);
      const ready = checkedReady(name, costs, make);
      if (algorithm.solveRows) algorithm.solveRows(costs, solutions, ready);
      else {
        ready(costs.rows);
        solveRows(algorithm, costs, solutions, 0, costs.rows);
      }
      return solutions;
    },
  };
}

/** Costs are finite before anyone reads them: NONFINITE. */
function checkedReady(name: string, costs: Batch, make: Ready | undefined): Ready {
  const { cols, data } = costs;
  let checked = 0;
  return (end) => {
    if (end <= checked) return;
    make?.(end);
    if (!allFinite(data.subarray(checked * cols, end * cols))) checkFinite(name, 'costs', data, cols);
    checked = end;
  };
}

function checkLength(name: string, what: string, data: Float64Array, length: number): void {
  if (data instanceof Float64Array && data.length === length && length > 0) return;
  const got = data instanceof Float64Array ? data.length : String((data as object | undefined)?.constructor.name);
  throw new LossError('SHAPE', `${name}: ${what} should be a Float64Array of ${Math.max(1, length)} entries, got ${got}`);
}
