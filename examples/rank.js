// Learns to rank sets of five items from their order alone, by a sorting loss with its Newton step.
// Run: node examples/rank.js
import * as tf from '@tensorflow/tfjs-core';
import { createRng, openRegistry, ranksOf } from 'newton-losses';
import { toBatch, toTensorLoss, useBackend } from 'newton-losses/tfjs';

await useBackend('wasm');
const [items, features] = [5, 4];

/** Sets of items, and the rank of each item: by a hidden worth of its features, of which the network sees no number. */
function drawSets(count, rng) {
  const x = Float32Array.from({ length: count * items * features }, () => rng.normal());
  const worth = (item) => x[features * item] + x[features * item + 1] * x[features * item + 2];
  const targets = Array.from(
    { length: count },
    (_, set) => ranksOf(Array.from({ length: items }, (_, k) => worth(items * set + k))),
  );
  return { x: tf.tensor2d(x, [count * items, features]), targets };
}

const rng = createRng(1);
const [learned, heldOut] = [drawSets(500, rng.split(0)), drawSets(200, rng.split(1))];

// The same small network scores each item of a set.
const draw = (rows, columns, seed) => tf.variable(tf.randomNormal([rows, columns], 0, rows ** -0.5, 'float32', seed));
const [V, W] = [draw(features, 32, 2), draw(32, 1, 3)];
/** @type {(x: tf.Tensor2D) => tf.Tensor2D} */
const scores = (x) => tf.reshape(tf.matMul(tf.relu(tf.matMul(x, V)), W), [-1, items]);

/** The share of sets of which every item gets its rank. */
function exactMatch({ x, targets }) {
  const y = toBatch(tf.tidy(() => scores(x)));
  const right = targets.filter((ranks, set) =>
    ranksOf(y.data.subarray(items * set, items * (set + 1))).every((rank, k) => rank === ranks[k])
  );
  return `${(100 * right.length / targets.length).toFixed(1)}%`;
}

const loss = await (await openRegistry()).create('softsort', { temperature: 1 });
const tensorLoss = toTensorLoss(loss, { curvature: 'hessian', lambda: 0.1 });
const optimizer = tf.train.adam(0.02);

console.log(`exact match before: ${exactMatch(heldOut)}`);
for (let step = 0; step < 150; step++) optimizer.minimize(() => tensorLoss(scores(learned.x), learned.targets));
console.log(`exact match after:  ${exactMatch(heldOut)}`);
