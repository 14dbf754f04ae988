import { fill } from '../validation.js';
import { LossError } from '../errors.js';
import { compileSchema } from '../schema.js';

/** How a Newton loss gets its matrix; `none` is the plain gradient, C = I without damping. */
export type Curvature = 'hessian' | 'fisher' | 'gauss-newton' | 'none';

/** A number (the paper), or this multiple of the mean of |C_jj| over the m outputs. */
export type Lambda = number | { readonly relative: number };

export interface NewtonOptions {
  readonly curvature: Curvature;
  readonly lambda: Lambda;
  /** `batch`: one matrix, the mean over the batch (the paper). `sample`: each sample's own. */
  readonly scope?: 'batch' | 'sample';
  /**
   * What makes C invertible: `tikhonov`, C + lambda I as it is, also when indefinite (the paper); `absolute`, the same
   * with |w| for each eigenvalue w of C; `clip`, with max(w, 0).
   */
  readonly definiteness?: 'tikhonov' | 'absolute' | 'clip';
  /**
   * The solvers agree, to rounding times the condition of C + lambda I, and conjugate gradients to a relative residual
   * of 1e-12; `woodbury` goes through the smaller of two matrices, and where that is C itself is `direct`. `auto`
   * chooses by size (`choose`).
   */
  readonly solver?: 'auto' | 'direct' | 'woodbury' | 'conjugate-gradient';
  /**
   * How many products with the mean Hessian are made of it, for losses whose Hessian is dear: `all` it takes, or this
   * many, which give it on the directions in which most of the gradients lie and leave the rest (`sketch`).
   */
  readonly products?: 'all' | number;
  /** The longest that a sample's gradient may be; a longer one is shortened to it, before anything is made of it. */
  readonly clipNorm?: number;
  /** On a singular or non-finite matrix: a NONFINITE error, or zero directions and `skipped: true`. */
  readonly onSingular?: 'error' | 'skip';
}

/** Options of a curvature known beforehand, as for InjectFisher. */
export type FisherOptions = Omit<NewtonOptions, 'curvature'>;

/**
 * Newton options as an experiment file holds them; defaults are filled. `lambda` may be absent where curvature is
 * `none`.
 */
export const newtonOptionsSchema = {
  type: 'object',
  properties: {
    curvature: { type: 'string', enum: ['hessian', 'fisher', 'gauss-newton', 'none'] },
    lambda: {
      type: ['number', 'object'],
      minimum: 0,
      properties: { relative: { type: 'number', minimum: 0 } },
      required: ['relative'],
      additionalProperties: false,
    },
    scope: { type: 'string', enum: ['batch', 'sample'], default: 'batch' },
    definiteness: { type: 'string', enum: ['tikhonov', 'absolute', 'clip'], default: 'tikhonov' },
    solver: { type: 'string', enum: ['auto', 'direct', 'woodbury', 'conjugate-gradient'], default: 'auto' },
    products: { type: ['string', 'integer'], minimum: 1, pattern: '^all$', default: 'all' },
    clipNorm: { type: 'number', exclusiveMinimum: 0 },
    onSingular: { type: 'string', enum: ['error', 'skip'], default: 'error' },
  },
  required: ['curvature'],
  additionalProperties: false,
};

const resolved = Symbol('resolved');

/** Options that `resolveOptions` made: validated, defaults filled. They need not be looked at again. */
export interface ResolvedOptions
  extends Required<Omit<NewtonOptions, 'scope' | 'clipNorm'>>, Pick<NewtonOptions, 'clipNorm'> {
  /** Whether each sample is solved with its own matrix, scope `sample`, or all with the mean. */
  readonly each: boolean;
  /** Whether there is no curvature: directions are the gradients. */
  readonly plain: boolean;
  readonly [resolved]: true;
}

/** Validated options with defaults filled, or a PARAMS error; those that are so already as they are. */
export function resolveOptions(options: NewtonOptions | ResolvedOptions): ResolvedOptions {
  if (isResolved(options)) return options;
  const { scope, ...filled } = fill<Partial<NewtonOptions>>(
    'newton',
    'options',
    compileSchema(newtonOptionsSchema),
    options,
  );
  const { curvature, products } = filled;
  const plain = curvature === 'none';
  if (filled.lambda === undefined && !plain) {
    throw new LossError('PARAMS', `newton: curvature ${curvature} needs a lambda, got none`);
  }
  const each = scope === 'sample';
  if (products !== 'all' && (curvature !== 'hessian' || each)) {
    const got = `curvature ${curvature}, scope ${scope}`;
    throw new LossError('PARAMS', `newton: products ${products} needs curvature hessian and scope batch, got ${got}`);
  }
  return { lambda: 0, ...filled, each, plain, [resolved]: true } as ResolvedOptions;
}

/** Options of InjectFisher, or lambda alone, resolved. PARAMS. */
export function resolveFisher(options: Lambda | FisherOptions): ResolvedOptions {
  const fisher: object = typeof options === 'object' && 'lambda' in options ? options : { lambda: options };
  return resolveOptions({ ...fisher, curvature: 'fisher' } as NewtonOptions);
}

function isResolved(options: NewtonOptions | ResolvedOptions): options is ResolvedOptions {
  return typeof options === 'object' && options !== null && resolved in options;
}
