import { type Batch, zeros } from '../../core/batch.js';
import { defineSampleLoss, type SampleLoss } from '../../core/define.js';
import type { Capabilities, Evaluation, LossPlugin } from '../../core/loss.js';
import { parameters } from '../../core/parameters.js';
import type { Rng } from '../../core/random/rng.js';

/** A wrong plugin and the check that is there to find it. */
export interface Defect {
  /** What is wrong, in words. */
  readonly defect: string;
  readonly plugin: LossPlugin;
  readonly caughtBy: string;
  /** Settings of the parameters to draw, where the defaults do not show it; absent: none. */
  readonly settings?: number;
}

export interface Params {
  coupling: number;
}

const huber = (x: number): number => x ** 2 / (1 + Math.hypot(1, x));
const slope = (x: number): number => x / Math.hypot(1, x);
const bend = (x: number): number => Math.hypot(1, x) ** -3;

/** s = coupling * sum_j (j + 1) (y_j - t_j) */
function coupled(y: Float64Array, t: readonly number[], coupling: number): number {
  return coupling * y.reduce((sum, yj, j) => sum + (j + 1) * (yj - t[j]), 0);
}

/** The sample functions of the reference loss, to be changed one at a time. */
export function referenceSample(
  { coupling }: Params,
): SampleLoss<number[]> & Required<Pick<SampleLoss<number[]>, 'hessian'>> {
  return {
    reject: (t, m) => (t.length === m ? undefined : `should have ${m} entries, got ${t.length}`),
    value: (y, t) => y.reduce((sum, yj, j) => sum + huber(yj - t[j]), huber(coupled(y, t, coupling))),
    gradient(y, t) {
      const pull = coupling * slope(coupled(y, t, coupling));
      return y.map((yj, j) => slope(yj - t[j]) + (j + 1) * pull);
    },
    hessian(y, t) {
      const m = y.length;
      const cross = coupling ** 2 * bend(coupled(y, t, coupling));
      return Float64Array.from({ length: m * m }, (_, k) => {
        const [a, b] = [Math.floor(k / m), k % m];
        return cross * (a + 1) * (b + 1) + (a === b ? bend(y[a] - t[a]) : 0);
      });
    },
  };
}

/**
 * A correct loss with every promise: pseudo-Huber of each residual and of a weighted sum of them, huber(x) = sqrt(1 +
 * x^2) - 1.
 */
export const reference = defineSampleLoss({
  name: 'reference',
  title: 'Coupled pseudo-Huber loss',
  source:
    'Charbonnier et al., Deterministic Edge-Preserving Regularization in Computed Imaging, IEEE Transactions on Image Processing 1997',
  params: parameters({ coupling: { type: 'number', exclusiveMinimum: 0, default: 0.5 } }),
  target: { type: 'array', items: { type: 'number' }, minItems: 1 },
  capabilities: { convex: true, nonnegative: true },
  create: referenceSample,
  sample: normalSamples,
});

export function normalSamples(
  _params: object,
  rng: Rng,
  rows: number,
  m = 3,
): { y: Batch; targets: number[][] } {
  const y = zeros(rows, m);
  for (let k = 0; k < y.data.length; k++) y.data[k] = rng.normal();
  return { y, targets: Array.from({ length: rows }, () => Array.from({ length: m }, () => rng.normal())) };
}

/** The reference with some of its sample functions replaced. */
export function withSample(
  changes: (loss: ReturnType<typeof referenceSample>, params: Params) => Partial<SampleLoss<number[]>>,
  capabilities: Partial<Capabilities> = {},
): LossPlugin {
  return withPlugin(
    defineSampleLoss({
      ...reference,
      create: (params) => ({ ...referenceSample(params), ...changes(referenceSample(params), params) }),
    }),
    { capabilities: { ...reference.capabilities, ...capabilities } },
  );
}

export type Evaluate = (y: Batch, targets: readonly number[][], rng: Rng) => Evaluation;

/** The reference with another `evaluate`, made for each loss from the right one. */
export function withEvaluate(
  change: (right: Evaluate) => Evaluate,
  capabilities: Partial<Capabilities> = {},
): LossPlugin {
  return withPlugin(
    {
      ...reference,
      create(params) {
        const loss = reference.create(params);
        return { ...loss, evaluate: change(loss.evaluate.bind(loss)) };
      },
    },
    { capabilities: { ...reference.capabilities, ...capabilities } },
  );
}

/** A plugin with other plain data. */
export function withPlugin<Target, P extends object>(
  plugin: LossPlugin<Target, P>,
  changes: Partial<LossPlugin<Target, P>>,
): LossPlugin {
  return { ...plugin, ...changes };
}
