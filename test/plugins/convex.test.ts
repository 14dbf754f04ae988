import { matricesOf } from '../../core/matrices.js';
import { expect } from 'chai';
import { type Batch, batchOf, zeros } from '../../core/batch.js';
import { gallery, type GalleryName } from '../../core/convex/gallery.js';
import { optimalValueLoss } from '../../core/convex/optimal-value-loss.js';
import { type Criterion, solutionLoss } from '../../core/convex/solution-loss.js';
import { LossError } from '../../core/errors.js';
import type { Loss } from '../../core/loss.js';
import { openRegistry } from '../../node/open-registry.js';
import { createRng } from '../../core/random/rng.js';
import convexLayer from '../../plugins/convex-layer.js';
import optimalValue from '../../plugins/optimal-value.js';
import { runConformance } from '../../conformance/index.js';
import { ballOf, isotonicOf, simplexOf, softmaxOf } from '../core/convex/closed-forms.js';
import { close, slopes } from '../core/convex/support.js';

const n = 4;
const names = Object.keys(gallery) as GalleryName[];

interface LossParams {
  problem: GalleryName;
  criterion?: Criterion;
  smoothing?: number;
}

function create(plugin: 'convex-layer' | 'optimal-value', params: LossParams): Loss<unknown> {
  const { problem, criterion = 'squared', smoothing = 1e-3 } = params;
  const map = gallery[problem](n);
  const loss = plugin === 'convex-layer' ? solutionLoss(map, criterion, smoothing) : optimalValueLoss(map, smoothing);
  return loss;
}

const sum = (x: ArrayLike<number>): number => Array.from(x).reduce((total, value) => total + value, 0);

/** Solutions away from kinks, by formulas. */
const closed: Partial<Record<GalleryName, (y: number[]) => number[]>> = {
  relu: (y) => y.map((value) => Math.max(value, 0)),
  simplex: simplexOf,
  ball: ballOf,
  isotonic: isotonicOf,
  softmax: softmaxOf,
};

const points = [[0.9, 0.5, -0.7, 0.1], [-0.4, 1.3, 0.6, 2.1], [2, -1.7, 0.4, 0.1]];
const target = (name: GalleryName): number[] => {
  const { length } = Array.from({ length: name === 'transport' ? n * n : n });
  return Array.from({ length }, (_, k) => ((k * 7) % 5) / 5);
};
const evaluate = (loss: Loss<unknown>, y: Batch, t: unknown) =>
  loss.evaluate(y, Array.from({ length: y.rows }, () => t), createRng(0));

/** d gradient / d y_j by a difference of fourth order, (m, m) of each row. */
function differences(loss: Loss<unknown>, y: Batch, t: unknown, h: number): Float64Array[] {
  const out = Array.from({ length: y.rows }, () => new Float64Array(n * n));
  for (let j = 0; j < n; j++) {
    const at = (step: number): Float64Array => {
      const data = y.data.map((value, k) => (k % n === j ? value + step : value));
      return evaluate(loss, { ...y, data }, t).gradient().data;
    };
    slopes(at, h).forEach((value, e) => (out[Math.floor(e / n)][(e % n) * n + j] = value));
  }
  return out;
}

/** J^T d by differences of the closed form. */
function closedGradient(solution: (y: number[]) => number[], y: number[], d: number[]): number[] {
  const h = 1e-6;
  return y.map((_, j) => {
    const [up, down] = [h, -h].map((step) => solution(y.map((value, k) => (k === j ? value + step : value))));
    return sum(up.map((value, k) => (d[k] * (value - down[k])) / (2 * h)));
  });
}

describe('convex-layer over the gallery', () => {
  for (const name of names) {
    const t = target(name);
    const y = batchOf(points);

    for (const criterion of ['squared', 'linear'] as const) {
      it(`${name}, ${criterion}: the Hessian is that of differences, at smoothing 1e-3 and at 0`, async () => {
        for (const smoothing of [1e-3, 0]) {
          const loss = create('convex-layer', { problem: name, criterion, smoothing });
          const measured = differences(loss, y, t, smoothing > 0 ? 1e-3 : 1e-4);
          const hessian = matricesOf(evaluate(loss, y, t).hessian!()).blocks();
          // The third derivative of the exponential cone has few digits that near to its boundary.
          const within = name === 'softmax' && smoothing === 0 ? 1e-4 : 2e-6;
          measured.forEach((expected, i) => {
            const size = 1 + Math.max(...expected.map(Math.abs));
            const got = hessian.data.subarray(i * n * n, (i + 1) * n * n);
            const [a, b] = [got, expected].map((entries) => entries.map((value) => value / size));
            close(a, b, within, `${smoothing}, row ${i}`);
          });
        }
      });
    }

    const solution = closed[name];
    if (!solution) continue;
    it(`${name}: value and gradient are those of the closed form`, async () => {
      const squared = evaluate(create('convex-layer', { problem: name, smoothing: 0 }), y, t);
      const linear = evaluate(create('convex-layer', { problem: name, criterion: 'linear', smoothing: 0 }), y, t);
      points.forEach((point, i) => {
        const w = solution(point);
        const d = w.map((value, k) => value - t[k]);
        expect(squared.value[i]).to.be.closeTo(sum(d.map((value) => value * value)) / 2, 1e-8);
        expect(linear.value[i]).to.be.closeTo(sum(w.map((value, k) => value * t[k])), 1e-8);
        const [ofSquared, ofLinear] = [squared, linear].map((e) => e.gradient().data.subarray(i * n, (i + 1) * n));
        close(ofSquared, closedGradient(solution, point, d), 1e-7, 'squared');
        close(ofLinear, closedGradient(solution, point, t), 1e-7, 'linear');
      });
    });
  }

  it('portfolio: the optimality conditions hold', async () => {
    // On the support 1/2 x_i + 1/4 (1 - x_i) - y_i = nu; the loss with targets e_k reads x_k.
    const loss = create('convex-layer', { problem: 'portfolio', criterion: 'linear', smoothing: 0 });
    for (const point of points) {
      const unit = (k: number): number[] => point.map((_, i) => (i === k ? 1 : 0));
      const x = point.map((_, k) => evaluate(loss, batchOf([point]), unit(k)).value[0]);
      close(x, simplexOf(point.map((value) => 4 * value)), 1e-8, 'x');
    }
  });

  it('transport: doubly stochastic, and the order of y for numbers far apart', async () => {
    const loss = create('convex-layer', { problem: 'transport', criterion: 'linear', smoothing: 0 });
    const y = [300, -100, 800, 20];
    const ranks = [2, 0, 3, 1];
    for (let r = 0; r < n; r++) {
      for (let i = 0; i < n; i++) {
        const t = Array.from({ length: n * n }, (_, k) => (k === r * n + i ? 1 : 0));
        expect(evaluate(loss, batchOf([y]), t).value[0]).to.be.closeTo(ranks[i] === r ? 1 : 0, 1e-7);
      }
    }
  });

  it('refuses targets of another length', async () => {
    const loss = (await (await openRegistry()).create('convex-layer', { problem: 'relu', n })) as Loss<unknown>;
    expect(() => evaluate(loss, zeros(1, n), [1, 2])).to.throw(LossError).with.property('code', 'TARGET');
  });
});

describe('optimal-value over the gallery', () => {
  const y = batchOf(points);
  /** d p / d y at the solution x. */
  const minus = (_: number[], x: number[]): number[] => x.map((value) => -value);
  const envelopes: Partial<Record<GalleryName, (y: number[], x: number[]) => number[]>> = {
    ...{ relu: minus, simplex: minus, ball: minus, isotonic: minus, softmax: minus, portfolio: minus },
  };
  const solutions = { ...closed, portfolio: (point: number[]) => simplexOf(point.map((value) => 4 * value)) };

  for (const name of names) {
    const envelope = envelopes[name];
    const solution = solutions[name];
    if (envelope && solution) {
      it(`${name}: the gradient is that of the envelope theorem`, async () => {
        const gradient = evaluate(create('optimal-value', { problem: name, smoothing: 0 }), y, null).gradient();
        points.forEach((point, i) => {
          close(gradient.data.subarray(i * n, (i + 1) * n), envelope(point, solution(point)), 1e-9, `row ${i}`);
        });
      });
    }

    it(`${name}: the Hessian is that of differences, at smoothing 1e-3 and at 0`, async () => {
      for (const smoothing of [1e-3, 0]) {
        const loss = create('optimal-value', { problem: name, smoothing });
        const hessian = matricesOf(evaluate(loss, y, null).hessian!()).blocks();
        differences(loss, y, null, 1e-3).forEach((expected, i) => {
          close(hessian.data.subarray(i * n * n, (i + 1) * n * n), expected, 1e-7, `${smoothing}, row ${i}`);
        });
      }
    });

    it(`${name}: the smoothed value goes to the value with mu`, async () => {
      const at = async (smoothing: number) =>
        evaluate(create('optimal-value', { problem: name, smoothing }), y, null).value;
      const [value, smoothed] = [await at(0), await at(1e-6)];
      // mu times the barrier, of which each of at most 24 terms is below -log(1e-6)
      close(smoothed, value, 1e-6 * 24 * 14, name);
    });
  }

  it('knows its values: of relu -|max(y, 0)|^2 / 2, of softmax -logSumExp', async () => {
    const relu = evaluate(create('optimal-value', { problem: 'relu', smoothing: 0 }), y, null).value;
    close(relu, points.map((point) => -sum(point.map((value) => Math.max(value, 0) ** 2)) / 2), 1e-10, 'relu');
    const softmax = evaluate(create('optimal-value', { problem: 'softmax', smoothing: 0 }), y, null).value;
    close(softmax, points.map((point) => -Math.log(sum(point.map(Math.exp)))), 1e-10, 'softmax');
    const smoothed = evaluate(create('optimal-value', { problem: 'relu', smoothing: 0.1 }), y, null).value;
    const barrier = (value: number): number => {
      const x = (value + Math.sqrt(value * value + 0.4)) / 2;
      return x * x / 2 - value * x - 0.1 * Math.log(x);
    };
    close(smoothed, points.map((point) => sum(point.map(barrier))), 1e-10, 'smoothed relu');
  });
});

describe('conformance beside that of the registry', () => {
  const broken = (results: ReturnType<typeof runConformance>): string[] =>
    results.flatMap(({ check, failure }) => (failure ? `${check}: ${failure.message}` : []));

  for (const plugin of [convexLayer, optimalValue]) {
    it(`${plugin.name}, transport`, function() {
      this.timeout(120_000);
      const params = { problem: 'transport', n: 2 };
      expect(broken(runConformance(plugin as never, { params: params }))).to.deep.equal([]);
    });
  }

  it('convex-layer, ball, linear', function() {
    this.timeout(120_000);
    expect(broken(runConformance(convexLayer, { params: { problem: 'ball', criterion: 'linear' } }))).to.deep.equal([]);
  });
});
