import type { SchemaObject } from 'ajv';
import { type Batch, isFloat64Array, isSize, zeros } from '../batch.js';
import { checkFinite, checkShape, expectBatch } from '../validation.js';
import { LossError } from '../errors.js';
import { attempt, textOf } from '../messages.js';
import { allFinite } from '../linear-algebra/vectors.js';
import { callCreate, callPlugin, expectPlugin } from '../plugin-calls.js';
import type { Algorithm, AlgorithmPlugin, CheckedAlgorithm, Ready } from './algorithm.js';
import { type Given, openParams, type ResolvedParams } from './algorithm-parameter.js';
import { objectiveOf, solveAsReady } from './solve-rows.js';

/**
 * Fixes a plugin's parameters (validated, defaults filled: PARAMS) and wraps the algorithm so that costs or solutions
 * of the wrong length (SHAPE), costs or solutions that are not finite (NONFINITE) and mistakes of the plugin
 * (UNSUPPORTED) are errors that name it. REGISTRY where the plugin is none.
 */
export function checkedAlgorithm<Params extends object>(
  plugin: AlgorithmPlugin<Params>,
  params: Given<Params> = {},
): CheckedAlgorithm {
  expectPlugin('algorithm', plugin);
  const { name } = plugin;
  const resolved = resolveParams(plugin, params);
  const algorithm = createAlgorithm(plugin, resolved.made);
  const outputs = (m: number): number => {
    const width: unknown = callPlugin(name, 'outputs', () => algorithm.outputs(m), () => `${textOf(m)} costs`);
    if (isSize(width) && width > 0) return width;
    throw new LossError(
      'UNSUPPORTED',
      `${name}: outputs(${textOf(m)}) should be the number of entries of a solution, got ${textOf(width)}`,
    );
  };
  return {
    ...algorithm,
    outputs,
    plugin,
    params: resolved.params,
    solve(costs, out) {
      expectEntries(name, 'costs', costs, algorithm.inputs);
      expectEntries(name, 'out', out, outputs(costs.length));
      checkFinite(name, 'costs', costs, costs.length);
      const objective = callPlugin(
        name,
        'solve',
        () => objectiveOf(algorithm, costs, out),
        () => `${costs.length} costs`,
      );
      checkSolutions(name, { rows: 1, cols: out.length, data: out }, Float64Array.of(objective));
      return objective;
    },
    solveBatch(costs, into, make) {
      expectBatch(name, 'costs', costs);
      checkShape(name, 'costs', costs, costs.rows, algorithm.inputs ?? costs.cols);
      expectEntries(name, 'data of the costs', costs.data);
      const width = outputs(costs.cols);
      const solutions = into ?? { w: zeros(costs.rows, width), objective: new Float64Array(costs.rows) };
      expectEntries(name, 'objective', attempt(() => solutions.objective), costs.rows);
      checkShape(name, 'w', solutions.w, costs.rows, width);
      const ready = checkedReady(name, costs, make);
      const solveAll = (): void => {
        if (algorithm.solveRows) return algorithm.solveRows(costs, solutions, ready);
        return solveAsReady(algorithm, costs, solutions, ready, 0);
      };
      callPlugin(name, 'solve', solveAll, () => `costs (${costs.rows}, ${costs.cols})`);
      checkSolutions(name, solutions.w, solutions.objective);
      return solutions;
    },
  };
}

/**
 * The parameters with defaults filled, and algorithms made where they are named: those that the plugin has by default,
 * others a registry finds. PARAMS.
 */
export function resolveParams<Params extends object>(
  plugin: { readonly name: string; readonly params: SchemaObject },
  params: Given<Params>,
): ResolvedParams<Params> {
  const { choices, close } = openParams<Params>(plugin, params);
  const made = choices.map(({ at, choice, standard }) => {
    if (choice.name === standard.name) return [at, checkedAlgorithm(standard, choice.params)] as const;
    const expected = `${at}/name should be ${standard.name}, or an algorithm stand in its place`;
    throw new LossError(
      'PARAMS',
      `${plugin.name}: ${expected}, got ${textOf(choice.name)} (a registry finds algorithms by name: registry.create)`,
    );
  });
  return close(new Map(made));
}

/** The algorithm for valid parameters; UNSUPPORTED where the plugin makes none. */
export function createAlgorithm<Params extends object>(plugin: AlgorithmPlugin<Params>, params: Params): Algorithm {
  const { name } = plugin;
  const algorithm = callCreate(name, () => plugin.create(params), params, ['solve', 'outputs']);
  const { sense, inputs, solveRows: rows } = algorithm as { readonly [K in keyof Algorithm]: unknown };
  const expected = (what: string, got: unknown): LossError =>
    new LossError('UNSUPPORTED', `${name}: create() should return an algorithm whose ${what}, got ${textOf(got)}`);
  if (sense !== 'minimise' && sense !== 'maximise') throw expected("sense is 'minimise' or 'maximise'", sense);
  if (inputs !== undefined && !(isSize(inputs) && inputs > 0)) {
    throw expected('inputs are a whole number or absent', inputs);
  }
  if (rows !== undefined && typeof rows !== 'function') throw expected('solveRows is a function or absent', rows);
  return algorithm;
}

/** NONFINITE where a solution is not finite, or an objective is no number; one that overflows is infinite. */
function checkSolutions(name: string, w: Batch, objective: Float64Array): void {
  checkFinite(name, 'the solution', w.data, w.cols);
  const i = objective.findIndex((value) => Number.isNaN(value));
  if (i >= 0) throw new LossError('NONFINITE', `${name}: the objective should be a number, got NaN at sample ${i}`);
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

/** SHAPE unless it is a Float64Array of that many entries, at least one; without a length, of any other number. */
function expectEntries(name: string, what: string, data: unknown, length?: number): asserts data is Float64Array {
  if (isFloat64Array(data) && data.length === (length ?? data.length) && data.length > 0) return;
  const got = isFloat64Array(data) ? data.length : textOf(data);
  const entries = length === undefined ? 'at least one entry' : `${Math.max(1, length)} entries`;
  throw new LossError('SHAPE', `${name}: ${what} should be a Float64Array of ${entries}, got ${got}`);
}
