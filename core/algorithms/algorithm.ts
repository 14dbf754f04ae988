/**
 * A hard, not differentiable solver: what a loss relaxes, and what decides at evaluation.
 *
 *     solution = argmin or argmax over feasible w of <costs, w>, or a function of the order of the costs
 */
export interface Algorithm {
  /** kebab-case. */
  readonly name: string;
  readonly title: string;
  /** What is optimised, if anything. */
  readonly sense: 'minimise' | 'maximise' | 'none';
  /** Required number of costs; absent: any. */
  readonly inputs?: number;
  /** Entries of the solution for m costs. */
  outputs(m: number): number;
  /** Solves one instance into `out`, outputs(m) long. Equal costs are decided in a fixed way, which the algorithm documents. */
  solve(costs: Float64Array, out: Float64Array): void;
}
