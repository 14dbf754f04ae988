// Predict, then optimise: values that are predicted to fill knapsacks well (SPO+), or to be near (MSE).
// Run: node examples/knapsack.js
import * as tf from '@tensorflow/tfjs-core';
import { batchOf, checked, createRng } from 'newton-losses';
import { knapsack, normalisedRegret } from 'newton-losses/algorithm-losses';
import mse from 'newton-losses/plugins/mse';
import spoPlus from 'newton-losses/plugins/spo-plus';
import { toBatch, toTensorLoss, useBackend } from 'newton-losses/tfjs';

await useBackend('wasm');
const [features, items] = [6, 16];
const rng = createRng(1);

/** Values are a polynomial of the features, which a linear model cannot learn: it has to choose where to be right. */
const signs = Array.from({ length: items }, () => Array.from({ length: features }, () => rng.integer(2)));
const valuesAt = (x) => signs.map((sign) => (1 + sign.reduce((sum, b, j) => sum + b * x[j], 0) / 8) ** 6);
function draw(count, stream) {
  const x = Array.from({ length: count }, () => [1, ...Array.from({ length: features - 1 }, () => stream.normal())]);
  return { x: tf.tensor2d(x), values: x.map(valuesAt) };
}
const [learned, heldOut] = [draw(250, rng.split(0)), draw(250, rng.split(1))];

const weights = Array.from({ length: items }, () => 3 + rng.integer(6));
const capacity = Math.floor(weights.reduce((sum, w) => sum + w, 0) / 2);
const solver = knapsack({ weights, capacity });
const losses = { mse: checked(mse, {}), 'spo-plus': checked(spoPlus, { algorithm: solver }) };

for (const [name, loss] of Object.entries(losses)) {
  const tensorLoss = toTensorLoss(loss, { curvature: 'none' });
  const W = tf.variable(tf.zeros([features, items]));
  /** @type {(x: tf.Tensor2D) => tf.Tensor2D} */
  const predict = (x) => tf.matMul(x, W);
  const optimizer = tf.train.adam(0.05);
  for (let step = 0; step < 200; step++) optimizer.minimize(() => tensorLoss(predict(learned.x), learned.values));
  const regret = normalisedRegret(solver, batchOf(heldOut.values), toBatch(predict(heldOut.x)));
  console.log(`${name}: ${(100 * regret).toFixed(2)}% of the best values are lost`);
}
