// A task of your own, in which no file but this one has a part, trained by code.
// Run: node examples/own-task.js
import { batchOf, createRng, parameters, ranksOf, takeRows } from 'newton-losses';
import { defineTask, epochs, finiteOutputs, train } from 'newton-losses/harness';
import { toTensor } from 'newton-losses/tfjs';

/** n points in the plane are to be ranked by their distance from the origin. */
const distances = defineTask({
  name: 'distances',
  title: 'Ranking points by their distance',
  params: parameters({
    n: { type: 'integer', minimum: 2, maximum: 100, default: 4, description: 'points of a sample' },
  }),
  target: { type: 'array', items: { type: 'number' }, description: 'the rank of each point, 0 = nearest' },
  metrics: { places: { meaning: 'the share of points that get their rank', better: 'larger', kind: 'share' } },

  async open({ n }, { rng }) {
    const draw = (count, stream) =>
      batchOf(Array.from({ length: count }, () => Array.from({ length: 2 * n }, () => stream.normal())));
    const ranksAt = (
      { data },
      i,
    ) => [
      ...ranksOf(Array.from({ length: n }, (_, k) => Math.hypot(data[2 * (n * i + k)], data[2 * (n * i + k) + 1]))),
    ];
    const data = createRng(1); // the same for every run
    const learned = draw(1000, data.split(0));
    const heldOut = { validation: draw(300, data.split(1)), test: draw(300, data.split(2)) };
    const order = epochs(rng, learned.rows); // rng is the run's
    return {
      input: [2 * n],
      outputs: n,
      source: 'standard normals',
      batch(step, size) {
        const x = takeRows(learned, order((step - 1) * size, size));
        return { x: toTensor(x), targets: Array.from({ length: size }, (_, i) => ranksAt(x, i)) };
      },
      evaluate(predict, split) {
        const x = heldOut[split];
        const y = finiteOutputs('distances', predict, () => toTensor(x), x.rows * n);
        const predicted = Array.from({ length: x.rows }, (_, i) => ranksOf(y.subarray(n * i, n * (i + 1))));
        const right = predicted.flatMap((ranks, i) => ranksAt(x, i).filter((rank, k) => rank === ranks[k]));
        return { places: right.length / (x.rows * n) };
      },
    };
  },
});

const experiment = {
  task: { name: 'distances' },
  model: { name: 'mlp', hidden: [64] },
  loss: { name: 'neuralsort', params: { temperature: 1 } },
  optimizer: { learningRate: 0.01 },
  steps: 200,
};
const registry = [{ tasks: { distances } }];
const { metrics } = await train(experiment, { folder: 'runs/own-task', resume: true, registry, backend: 'wasm' });
console.log(`places: ${(100 * metrics.places).toFixed(1)}%`);
