// A soft sort as a layer: fits a line to the 70 of 100 points that it fits best, whatever the others are.
// Run: node examples/soft-sort.js
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from 'newton-losses';
import { softSort } from 'newton-losses/plugins/softsort';
import { toTensorOperator, useBackend } from 'newton-losses/tfjs';

await useBackend('wasm');
const [points, kept] = [100, 70];

// y = 2 x + 1, but for the outliers, of which y is about 6 - 3 x.
const rng = createRng(1);
const x = Float32Array.from({ length: points }, () => 2 * rng.uniform() - 1);
const y = x.map((xi, i) => i < 75 ? 2 * xi + 1 + 0.01 * rng.normal() : 6 - 3 * xi + rng.normal());
const inputs = tf.tensor2d(Array.from(x, (xi) => [xi, 1]));
const targets = tf.tensor2d(y, [points, 1]);

const sort = toTensorOperator(softSort, { temperature: 0.05 }); // (N, n) -> (N, n), ascending, with gradients
const squares = (line) => tf.square(tf.sub(tf.matMul(inputs, line), targets));
/** @type {Record<string, (line: tf.Tensor2D) => tf.Scalar>} */
const losses = {
  'least squares': (line) => tf.mean(squares(line)),
  'least trimmed squares': (line) => tf.mean(tf.slice(sort(tf.reshape(squares(line), [1, points])), [0, 0], [1, kept])),
};

for (const [name, loss] of Object.entries(losses)) {
  /** @type {tf.Variable<tf.Rank.R2>} */
  const line = tf.variable(tf.zeros([2, 1]));
  const optimizer = tf.train.adam(0.05);
  for (let step = 0; step < 300; step++) optimizer.minimize(() => loss(line));
  const [slope, intercept] = line.dataSync();
  console.log(`${name}: y = ${slope.toFixed(2)} x + ${intercept.toFixed(2)}`);
}
