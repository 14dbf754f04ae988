// A Newton step for somebody else's loss, of which gradients alone are known, by one line before it.
// Run: node examples/inject-fisher.js
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from 'newton-losses';
import { injectFisher, useBackend } from 'newton-losses/tfjs';

await useBackend('wasm');
const [samples, features] = [400, 10];
const x = tf.randomNormal([samples, features], 0, 1, 'float32', 1);
const truth = tf.sign(tf.matMul(x, tf.randomNormal([features, 1], 0, 1, 'float32', 2))); // -1 or 1
const rng = createRng(1);
const flips = tf.tensor2d(Array.from({ length: samples }, () => [rng.uniform() < 0.05 ? -1 : 1]));
const labels = tf.mul(truth, flips); // one in twenty is wrong

// AdaBoost's loss: the gradient of a sample that is wrong explodes, the more so the surer the network is of it.
/** @type {(y: tf.Tensor2D) => tf.Scalar} */
const exponentialLoss = (y) => tf.mean(tf.exp(tf.neg(tf.mul(labels, y))));
const networks = {
  plain: (y) => y,
  fisher: (y) => injectFisher(y, 0.1), // the identity, through which gradients come back as those of a Newton loss
};

/** The share of samples that a linear network is right about after 100 steps of gradient descent. */
function learn(inject, rate) {
  const W = tf.variable(tf.zeros([features, 1]));
  const optimizer = tf.train.sgd(rate);
  for (let step = 0; step < 100; step++) optimizer.minimize(() => exponentialLoss(inject(tf.matMul(x, W))));
  if (!W.dataSync().every(Number.isFinite)) return 'diverges';
  return `${(100 * tf.tidy(() => tf.mean(tf.equal(tf.sign(tf.matMul(x, W)), truth)).dataSync()[0])).toFixed(1)}%`;
}
for (const rate of [1, 2, 5]) {
  console.log(
    `rate ${rate}:`,
    Object.entries(networks).map(([name, inject]) => `${name} ${learn(inject, rate)}`).join(', '),
  );
}
