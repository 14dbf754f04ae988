// A convex program as the last layer of a network: learns how a budget is divided from divisions seen.
// Run: node examples/convex-layer.js
import * as tf from '@tensorflow/tfjs-core';
import {
  convexLayer,
  eq,
  geq,
  leq,
  parameter,
  problem,
  subtract,
  sum,
  sumSquares,
  variable,
} from 'newton-losses/convex';
import { toTensorLayer, useBackend } from 'newton-losses/tfjs';

await useBackend('wasm');
const [samples, features, shares] = [100, 6, 4];

// The division that is nearest to what is wished for: nothing below 0, no share above 1/2, and 1 in all.
const [division, wishes] = [variable([shares]), parameter([shares])];
const nearest = problem({
  minimize: sumSquares(subtract(division, wishes)),
  subjectTo: [geq(division, 0), leq(division, 0.5), eq(sum(division), 1)],
});
const layer = toTensorLayer(convexLayer(nearest, { parameters: [wishes], variables: [division] }));

const normals = (rows, columns, seed) => tf.randomNormal([rows, columns], 0, 0.5, 'float32', seed);
const [x, hidden] = [normals(samples, features, 1), normals(features, shares, 2)];
const [seen] = layer(tf.matMul(x, hidden));

const W = tf.variable(tf.zeros([features, shares]));
const network = () => layer(tf.matMul(x, W))[0]; // whatever W is, its outputs are divisions
const offBy = () => tf.tidy(() => tf.mean(tf.abs(tf.sub(network(), seen))).dataSync()[0].toFixed(4));
const optimizer = tf.train.adam(0.03);

console.log(`before: off by ${offBy()} a share`);
for (let step = 0; step < 120; step++) optimizer.minimize(() => tf.losses.meanSquaredError(seen, network()));
console.log(`after:  off by ${offBy()} a share`);

const [least, most, largest] = tf.tidy(() => {
  const totals = tf.sum(network(), 1);
  return [tf.min(totals), tf.max(totals), tf.max(network())].map((scalar) => scalar.dataSync()[0].toFixed(4));
});
console.log(`totals from ${least} to ${most}, the largest share is ${largest}`);
