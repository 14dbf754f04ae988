import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { packageRoot } from '../../../node/package-root.js';
import { createRng } from '../../../core/random/rng.js';
import type { Mode, Model } from '../../../harness/models/index.js';
import resnetBlock from '../../../harness/models/resnet-block.js';
import { useBackend } from '../../../node/tfjs/index.js';

interface Fixture {
  readonly training: number[][];
  /** Of each layer: inner products of the gradients of filter, scale and offset with waves, and their norms. */
  readonly gradients: number[][];
  /** Of each layer: norms of the running mean and variance after two steps. */
  readonly running: number[][];
  readonly evaluation: number[][];
}

const fixture = JSON.parse(
  readFileSync(path.join(packageRoot(), 'test/fixtures/resnet-block.json'), 'utf8'),
) as Fixture;
const INPUT = [16, 24, 3];
const CELLS = 6;

/** The formula of test/fixtures/make_resnet_block.py. */
const wave = (shape: number[], k: number, size: number): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) =>
      size * Math.sin(0.7 * i + k) * Math.sin(0.013 * i * i)),
    shape,
  );
const picture = (k: number): tf.Tensor => wave([2, ...INPUT], k, 1);
/** In float64, whatever the shapes. */
const inner = (a: tf.Tensor, b: tf.Tensor): number => {
  const [x, y] = [a.dataSync<'float32'>(), b.dataSync<'float32'>()];
  return x.reduce((sum, value, i) => sum + value * y[i], 0);
};

const create = (seed = 1): Model => resnetBlock.create({}, { input: INPUT, outputs: CELLS, rng: createRng(seed) });

function waveWeights(model: Model): void {
  model.variables.forEach((variable, k) =>
    tf.tidy(() => {
      const fanIn = tf.util.sizeFromShape(variable.shape.slice(0, 3));
      const values = wave(variable.shape, k, [1 / Math.sqrt(fanIn), 0.3, 0.2][k % 3]); // of filter, scale, offset
      variable.assign(k % 3 === 1 ? tf.add(1, values) : values);
    })
  );
}

describe('resnet-block on wasm', () => {
  before(() => useBackend('wasm'));

  it('is the network of PyTorch: outputs, gradients and running moments in training, outputs in evaluation', function() {
    this.timeout(60_000);
    const before = tf.memory().numTensors;
    const model = create();
    waveWeights(model);
    let outputs: number[] = [];
    const { value, grads } = tf.variableGrads(() => {
      const y = model.predict(picture(1), 'training');
      outputs = [...y.dataSync()];
      return tf.sum(tf.mul(y, wave([2, CELLS], 7, 1)));
    }, model.variables);
    // float32 through eleven layers: errors of 1e-6 were seen
    fixture.training.flat().forEach((expected, k) => expect(outputs[k]).to.be.closeTo(expected, 1e-5));
    model.variables.forEach(({ name }, k) =>
      tf.tidy(() => {
        const layer = fixture.gradients[Math.floor(k / 3)];
        const [projection, norm] = [layer[k % 3], layer[3 + (k % 3)]];
        const gradient = grads[name];
        expect(inner(gradient, wave([gradient.size], 5, 1))).to.be.closeTo(projection, 1e-5 * norm);
        expect(Math.sqrt(inner(gradient, gradient))).to.be.closeTo(norm, 1e-5 * norm);
      })
    );
    tf.tidy(() => {
      model.predict(picture(2), 'training');
      model.state!.forEach((running, k) => {
        const norm = fixture.running[k >> 1][k % 2];
        expect(Math.sqrt(inner(running, running))).to.be.closeTo(norm, 1e-5 * norm);
      });
      const evaluated = model.predict(picture(1)).dataSync();
      fixture.evaluation.flat().forEach((expected, k) => expect(evaluated[k]).to.be.closeTo(expected, 1e-5));
    });
    tf.dispose([value, grads]);
    model.dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('moves its running moments in training alone, and gives a map the same costs in any batch in evaluation alone', () => {
    const model = create();
    const state = (): number[][] => model.state!.map((running) => [...running.dataSync()]);
    tf.tidy(() => {
      const [start, x] = [state(), picture(1)];
      const alone = tf.slice(x, [0], [1]);
      const costsOf = (batch: tf.Tensor, mode: Mode): number[] =>
        [...model.predict(batch, mode).dataSync()].slice(0, CELLS);
      expect(costsOf(x, 'evaluation')).to.deep.equal(costsOf(alone, 'evaluation'));
      expect(state()).to.deep.equal(start);
      expect(costsOf(x, 'training')).not.to.deep.equal(costsOf(alone, 'training'));
      expect(state()).not.to.deep.equal(start);
    });
    model.dispose();
  });
});

describe('resnet-block', () => {
  before(() => useBackend('cpu'));

  it('has as many weights as the first block of ResNet18, drawn as PyTorch draws them', () => {
    const model = resnetBlock.create({}, { input: [96, 96, 3], outputs: 144, rng: createRng(1) });
    expect(model.variables.reduce((sum, { size }) => sum + size, 0)).to.equal(157_504);
    const deviations = [0, 3, 6, 9, 12].map((k) =>
      Math.sqrt(inner(model.variables[k], model.variables[k]) / model.variables[k].size)
    );
    // uniform within 1 / sqrt(147): deviation 1 / sqrt(3 147); normal: sqrt(2 / (9 64)); 3 % is more than five standard
    // errors
    [1 / Math.sqrt(3 * 147), ...Array.from({ length: 4 }, () => Math.sqrt(2 / 576))].forEach((expected, k) => {
      expect(deviations[k]).to.be.closeTo(expected, 0.03 * expected);
    });
    model.dispose();
  });
});
