import type { BackendName } from '../node/tfjs/index.js';

/** What both sides compute for a batch of sorting problems. */
export interface SortingCase {
  readonly kind: 'sorting';
  readonly loss: string;
  readonly params: object;
  /** Value and gradient, or these and the batch-mean Hessian. */
  readonly order: 'gradient' | 'hessian';
  /** (N, n) scores. */
  readonly y: number[][];
  /** (N, n) true ranks, 0 = smallest. */
  readonly ranks: number[][];
  /** Whether PyTorch should do without the guards of its binary cross-entropy. */
  readonly exact?: boolean;
}

/** One training step of a preset on the same random batch again and again: forward, loss, backward, Adam. */
export interface NetworkCase {
  readonly kind: 'network';
  /** `task/preset`; our contenders are its variants. */
  readonly preset: string;
  /** Of ours. */
  readonly backend: BackendName;
  readonly model: { readonly name: string };
  readonly loss: string;
  readonly params: object;
  /** (n, digits, pixels) or (n, height, width, channels): what the network sees of one sample. */
  readonly input: readonly number[];
  /** Of the pixels: share that is not zero. */
  readonly inked: number;
  readonly learningRate: number;
}

/**
 * Relaxed shortest paths on grids of vertex costs: value and gradient, and on our side what curvature costs beside it.
 */
export interface PathCase {
  readonly kind: 'path';
  /** Of the loss bellman-ford. */
  readonly params: {
    readonly rows: number;
    readonly columns: number;
    readonly loop: 'for' | 'while';
    readonly iterations: number;
  };
  /** (N, rows * columns) costs. */
  readonly y: number[][];
  /** (N, rows * columns) paths. */
  readonly targets: number[][];
}

/** A convex program of a parameter y, solved for each row; and the gradient of <c, x> by y, x its solution. */
export interface ConvexCase {
  readonly kind: 'convex';
  readonly program: ConvexProgram;
  /** (N, entries of y) */
  readonly y: number[][];
  /** (N, entries of x) */
  readonly c: number[][];
}

export type ConvexProgram =
  /** minimise |x - y|^2 subject to x >= 0 */
  | { readonly form: 'relu' }
  /** minimise 1/2 x^T Q x + y^T x subject to G x <= h; are Q, G and h parameters too, shared by the batch? */
  | {
    readonly form: 'quadratic';
    readonly Q: number[][];
    readonly G: number[][];
    readonly h: number[];
    readonly parameters: boolean;
  }
  /** maximise y^T x subject to sum x = 1, x >= 0, |F x| <= sigma */
  | { readonly form: 'portfolio'; readonly F: number[][]; readonly sigma: number }
  /** minimise sum_t |X_t|^2 + 0.1 |x|^2 subject to X_0 = y, X_t+1 = A X_t + B x_t, -1 <= x <= 1 */
  | { readonly form: 'control'; readonly A: number[][]; readonly B: number[]; readonly steps: number }
  /** minimise y^T x subject to G x <= h, -1 <= x <= 1 */
  | { readonly form: 'linear'; readonly G: number[][]; readonly h: number[] }
  /** minimise sum_k |x - y_k|, y of (points, 3) */
  | { readonly form: 'median'; readonly points: number };

export type Case = SortingCase | NetworkCase | PathCase | ConvexCase;

/** One side of the benchmark, in a process of its own: open a case, then run or time its contenders by name. */
export type Request =
  | { op: 'open'; case: Case }
  | { op: 'run'; contender: string }
  | { op: 'time'; contender: string; seconds: number; clock: Clock };

/** cpu: of all threads of the process; what remains meaningful on a busy machine. */
export type Clock = 'wall' | 'cpu';

export interface Opened {
  contenders: string[];
  version: string;
}
/** [[value], gradient, Hessian] of the batch mean, flattened; for programs, solutions and gradients by y, G and h. */
export interface Result {
  result: number[][];
}
/** One entry a step, at least one. */
export interface Times {
  ms: number[];
}
export type Answer = Opened | Result | Times | { error: string };

/** Does the work once. */
export type Step = () => ArrayLike<number>[];
export type Contenders = Record<string, () => Promise<Step>>;
