import type { SchemaObject } from 'ajv';
import type { Batch } from '../batch.js';
import type { Rng } from '../random/rng.js';

/**
 * A hard, not differentiable solver: what a loss relaxes or perturbs, and what decides at evaluation.
 *
 *     solution = argmin or argmax over feasible w of <costs, w>
 */
export interface Algorithm {
  readonly sense: 'minimise' | 'maximise';
  /** Required number of costs; absent: any. */
  readonly inputs?: number;
  /** Negative costs count as 0: solutions, indicators of 0 and 1, are optimal for max(costs, 0) instead. */
  readonly clamps?: boolean;
  /** Entries of the solution for m costs. */
  outputs(m: number): number;
  /**
   * Writes the solution of one instance into `out`, outputs(m) long, whatever it held, and returns the objective
   * <costs, out>. Equal optima are decided in a fixed way, which the algorithm documents: the solution is a function of
   * the costs, not of earlier calls.
   */
  solve(costs: Float64Array, out: Float64Array): number;
  /**
   * Solves every row of costs, to the same bits and errors as `solve` on one after another, which is what is done where
   * this is absent.
   */
  solveRows?(costs: Batch, into: Solutions, ready: Ready): void;
}

/**
 * Sees to it that the costs of the rows before `end` are there. Who solves rows calls it before it reads them, with
 * ends that do not fall.
 */
export type Ready = (end: number) => void;

/** A solver with its parameters still open: plain data and two functions. One plugin a file, the default export. */
export interface AlgorithmPlugin<Params extends object = object> {
  /** kebab-case; also the key in registry.json and the file name. */
  readonly name: string;
  readonly title: string;
  /** Citation. */
  readonly source: string;
  /** Closed JSON schema of the parameters, with a default for each. */
  readonly params: SchemaObject;
  /** Fetches what `create` needs, such as WebAssembly; registries wait for it. */
  load?(): Promise<void>;
  /**
   * May allocate all that solving needs: an algorithm is used by one caller at a time. PARAMS where parameters do not
   * fit together.
   */
  create(params: Params): Algorithm;
  /**
   * (N, m): typical costs, so that anyone can test the plugin as it is; of the m asked for, where the algorithm takes
   * any number.
   */
  sample(params: Params, rng: Rng, rows: number, m?: number): Batch;
}

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
   * Solves each row of costs (N, m); into `into` where it is given and fits, else into new arrays. Costs that have
   * still to be made are made by `ready`, a part at a time, while other threads solve those that are there.
   */
  solveBatch(costs: Batch, into?: Solutions, ready?: Ready): Solutions;
}
