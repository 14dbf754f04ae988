import type { Batch } from './batch.js';
import type { Matrices } from './matrices.js';
import type { SchemaOf } from './parameters.js';
import type { Rng } from './random/rng.js';

/**
 * What is known of a loss at one point y: N samples with m model outputs each. The forward pass is done once, by
 * `evaluate`; the methods share it, so a stochastic loss uses the same noise for value, gradient and Hessian.
 */
export interface Evaluation {
  /** (N) per-sample loss, no reduction. */
  readonly value: Float64Array;
  /** (N, m): d value[i] / d y[i, :]. */
  gradient(): Batch;
  /**
   * One m x m matrix a sample: row-major blocks (N, m * m), or `Matrices` where more or less is known of them. Present
   * exactly when the plugin declares it.
   */
  hessian?(): Batch | Matrices;
  /** A positive semidefinite stand-in for the Hessian. */
  gaussNewton?(): Batch | Matrices;
}

/** A plugin with its parameters fixed. */
export interface Loss<Target = unknown> {
  /** Required m; absent: any. */
  readonly outputs?: number;
  /** Where the parameters change what the plugin declares, what holds for these. */
  readonly capabilities?: Partial<Capabilities>;
  /** What is wrong with a target for m outputs beyond its schema ("length 3, expected 5"), if anything. */
  reject?(target: Target, m: number): string | undefined;
  /** Row i of every result depends on row i of y, target i and stream `rng.split(i)` alone. */
  evaluate(y: Batch, targets: readonly Target[], rng: Rng): Evaluation;
}

/**
 * What a plugin promises; each promise selects conformance checks, and the harness chooses a Newton wrapper by them.
 */
export interface Capabilities {
  /** What `gradient()` is: the derivative, an element of the subdifferential, an unbiased estimate, or a stand-in. */
  readonly gradient: 'exact' | 'subgradient' | 'estimate' | 'surrogate';
  /** What `hessian()` is: `products` is exact, but known by products alone, so that its blocks take m of them. */
  readonly hessian: 'exact' | 'estimate' | 'products' | 'none';
  /** Convex in y, for a fixed target. */
  readonly convex: boolean;
  readonly nonnegative: boolean;
  /** Ignores rng. */
  readonly deterministic: boolean;
  /** Whether the outer product of per-sample gradients says something of curvature; for most losses it does. */
  readonly fisher: boolean;
}

/** A relaxation: plain data and two functions. One plugin a file, the default export. */
export interface LossPlugin<Target = unknown, Params extends object = object> {
  /** kebab-case; also the key in registry.json and the file name. */
  readonly name: string;
  readonly title: string;
  /** Citation with equation numbers. */
  readonly source: string;
  /** Closed JSON schema of the parameters, with a default for each. */
  readonly params: SchemaOf<Params>;
  /** JSON schema of one sample's target. */
  readonly target: SchemaOf<Target>;
  readonly capabilities: Capabilities;
  /** With every parameter; hard algorithms are parameters too (`algorithmSchema`), and come made. */
  create(params: Params): Loss<Target>;
  /**
   * Typical outputs and targets, so that anyone can test the plugin as it is. A loss that takes any number of outputs
   * gives `m` a row where it is asked to, so that it is tested at sizes other than its own choice; it may ignore `m`.
   */
  sample(params: Params, rng: Rng, rows: number, m?: number): { y: Batch; targets: Target[] };
}
