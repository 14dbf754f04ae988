// A solver of your own under a perturbed loss: learns what edges cost from the trees that were built.
// Run: node examples/own-solver.js
import * as tf from '@tensorflow/tfjs-core';
import { batchOf, checked, createRng, defineAlgorithm, parameters } from 'newton-losses';
import perturbedFenchelYoung from 'newton-losses/plugins/perturbed-fenchel-young';
import { toBatch, toTensorLoss, useBackend } from 'newton-losses/tfjs';

/** Cheapest spanning tree of a complete graph: edges by cost, each taken that joins two parts. */
const spanningTree = defineAlgorithm({
  name: 'spanning-tree',
  title: 'Cheapest spanning tree',
  source: 'Kruskal, On the shortest spanning subtree of a graph, 1956',
  params: parameters({ nodes: { type: 'integer', minimum: 2, maximum: 100, default: 5 } }),
  create({ nodes }) {
    const edges = [];
    for (let b = 1; b < nodes; b++) for (let a = 0; a < b; a++) edges.push([a, b]);
    return {
      sense: 'minimise',
      inputs: edges.length,
      outputs: (m) => m,
      solve(costs, out) {
        const part = Array.from({ length: nodes }, (_, node) => node);
        out.fill(0);
        for (const k of edges.map((_, e) => e).sort((e, f) => costs[e] - costs[f])) {
          const [from, to] = edges[k].map((node) => part[node]);
          if (from === to) continue;
          out[k] = 1;
          part.forEach((p, node) => (part[node] = p === from ? to : p));
        }
        return out.reduce((sum, w, k) => sum + (w === 0 ? 0 : costs[k]), 0);
      },
    };
  },
  sample: ({ nodes }, rng, rows, m = (nodes * (nodes - 1)) / 2) =>
    batchOf(Array.from({ length: rows }, () => Array.from({ length: m }, () => rng.normal()))),
});

await useBackend('wasm');
const [samples, features, edges] = [300, 4, 10];
const tree = spanningTree({ nodes: 5 });
const loss = checked(perturbedFenchelYoung, { algorithm: tree, samples: 10, sigma: 0.5 });
const tensorLoss = toTensorLoss(loss, { curvature: 'none' });

const x = tf.randomNormal([samples, features], 0, 1, 'float32', 1);
const hidden = tf.randomNormal([features, edges], 0, 1, 'float32', 2);
const treesBy = (W) => { // costs are linear in the features
  const { w } = tree.solveBatch(toBatch(tf.matMul(x, W)));
  return Array.from({ length: samples }, (_, i) => [...w.data.subarray(edges * i, edges * (i + 1))]);
};
const targets = treesBy(hidden);
const rightTrees = (W) => {
  const right = treesBy(W).filter((taken, i) => taken.every((w, k) => w === targets[i][k])).length;
  return `${Math.round(100 * right / samples)}%`;
};

const W = tf.variable(tf.zeros([features, edges]));
const optimizer = tf.train.adam(0.05);
console.log(`right trees before: ${rightTrees(W)}`);
for (let step = 0; step < 100; step++) optimizer.minimize(() => tensorLoss(tf.matMul(x, W), targets, createRng(step)));
console.log(`right trees after:  ${rightTrees(W)}`);
