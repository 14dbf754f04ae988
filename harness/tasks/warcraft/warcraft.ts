import * as tf from '@tensorflow/tfjs-core';
import gridShortestPath from '../../../core/algorithms/grid-shortest-path.js';
import { type Batch, row, zeros } from '../../../core/batch.js';
import { wantsOutputs } from '../../../core/outputs-target.js';
import type { Rng } from '../../../core/random/rng.js';
import type { WarcraftSplit } from '../../data/warcraft/read.js';
import { epochs } from '../epochs.js';
import { finiteOutputs } from '../finite-outputs.js';
import { defineTask } from '../define-task.js';
import type { OpenTask, Predict } from '../task.js';
import { type Maps, openMaps } from './maps.js';
import { params, type WarcraftParams } from './params.js';
import { pathMetricInfos, pathMetrics } from './path-metrics.js';
import { gatherPictures, standardScale, unitScale } from './pictures.js';
import { drawPredictions, type PredictedMap } from './predictions.js';

/**
 * Shortest paths on pictures of maps (Vlastelica et al., ICLR 2020): from a picture, x (N, 8 size, 8 size, 3), the cost
 * of entering each cell, y (N, size * size), row-major, such that the cheapest path from the first cell to the last is
 * the true one. With a data folder the maps are those of its files, else they are generated, in memory. Training goes
 * through all maps epoch after epoch, each in a random order; a batch that an epoch has too few maps for takes the rest
 * from the next.
 *
 * Held-out maps are the same for every run, seed and loss. Metrics are those of the paths that Dijkstra's algorithm
 * finds by the predicted costs, negative ones counted as 0.
 */
export default defineTask({
  name: 'warcraft',
  title: 'Shortest paths on pictures of Warcraft maps',
  params,
  target: {
    type: 'array',
    items: { type: 'number' },
    description:
      'of each cell, row-major, whether the shortest path enters it, 0 or 1, or what that costs (supervision)',
  },
  metrics: pathMetricInfos,
  algorithm: ({ size }) => ({ name: gridShortestPath.name, params: { rows: size, columns: size } }),
  paramsFor: (loss) => ({ supervision: wantsOutputs(loss) ? 'costs' as const : 'path' as const }),

  async open(given, { data, rng, ...watch }) {
    return openWarcraft(given, rng, await openMaps(given, data, watch));
  },
});

/** Maps a chunk of an evaluation: bounds its memory to that of a training step. */
const CHUNK = 100;
/** Maps of a drawing. */
const DRAWN = 4;

function openWarcraft(
  params: WarcraftParams,
  rng: Rng,
  { source, digests, train, heldOut, prepare }: Maps,
): OpenTask<number[]> {
  const m = params.size ** 2;
  const input = [train.rows * train.tile, train.columns * train.tile, 3];
  const scale = params.normalise ? standardScale(train) : unitScale();
  const order = epochs(rng, train.count);
  const solver = gridShortestPath({ rows: train.rows, columns: train.columns });
  const labels = params.supervision === 'path' ? train.paths : train.costs;
  const toTensor = (maps: WarcraftSplit, indices: Int32Array): tf.Tensor =>
    tf.tensor(gatherPictures(maps, indices, scale), [indices.length, ...input]);
  const costsOf = (predict: Predict, maps: WarcraftSplit, count: number): Batch => {
    const costs = zeros(count, m);
    for (let first = 0; first < count; first += CHUNK) {
      const indices = Int32Array.from({ length: Math.min(CHUNK, count - first) }, (_, k) => first + k);
      costs.data.set(finiteOutputs('warcraft', predict, () => toTensor(maps, indices), indices.length * m), first * m);
    }
    return costs;
  };
  return {
    source,
    digests,
    prepare,
    input,
    outputs: m,
    batch(step, size) {
      const indices = order((step - 1) * size, size);
      return {
        x: toTensor(train, indices),
        targets: Array.from(indices, (i) => Array.from(labels.subarray(i * m, (i + 1) * m))),
      };
    },
    evaluate(predict, split) {
      const maps = heldOut(split);
      return { ...pathMetrics(solver.solveBatch(costsOf(predict, maps, maps.count)).w.data, maps) };
    },
    draw(predict) {
      const maps = heldOut('test');
      const count = Math.min(DRAWN, maps.count);
      const costs = costsOf(predict, maps, count);
      const { w } = solver.solveBatch(costs);
      const pixels = maps.maps.length / maps.count;
      const predicted = (i: number): PredictedMap => ({
        picture: maps.maps.subarray(i * pixels, (i + 1) * pixels),
        costs: row(costs, i),
        label: maps.paths.subarray(i * m, (i + 1) * m),
        path: row(w, i),
      });
      return drawPredictions(Array.from({ length: count }, (_, i) => predicted(i)), maps);
    },
  };
}
