import * as tf from '@tensorflow/tfjs-core';
import { type Batch, zeros } from '../../core/batch.js';
import type { Factors } from '../../core/factors.js';
import type { Evaluation } from '../../core/loss.js';
import { type Check, defineCheck, needing } from '../../conformance/check.js';
import { titleAndParameters } from '../../conformance/contract.js';
import { toBatch } from '../../tfjs/tensor-batch.js';
import type { LayeredPass } from '../models/index.js';
import { arraysOf, type ModelSubject, outputsOf } from './model-subject.js';

const define = defineCheck<ModelSubject>;

/** Of float32 numbers that are summed in another order, relative to the largest. */
const ROUNDING = 1e-4;
const N = 6;

const contract = [
  ...titleAndParameters<ModelSubject>(),
  define({
    name: 'create',
    law: 'create() gives variables, predict and dispose.',
    needs: ['params-defaults'],
    test({ withNetworks }, fail) {
      withNetworks([1], ({ variables, predict, dispose }) => {
        if (!Array.isArray(variables) || variables.length === 0) {
          fail({ what: 'variables', expected: 'at least one', got: variables });
        }
        for (const [what, f] of Object.entries({ predict, dispose })) {
          if (typeof f !== 'function') fail({ what, expected: 'a function', got: f });
        }
      });
    },
  }),
];

const outputs = [
  define({
    name: 'outputs',
    law: 'predict() gives y (N, m) of finite float32 for x (N, ...input), in training and in evaluation.',
    test(subject, fail) {
      subject.withNetworks([1], (model) => {
        for (const rows of [1, N]) {
          for (const mode of rows === 1 ? ['evaluation'] as const : ['training', 'evaluation'] as const) {
            const { shape, values } = outputsOf(model, subject, rows, mode);
            const expected = [rows, subject.shapes.outputs].join(', ');
            if (shape.join(', ') !== expected) fail({ what: `shape of y in ${mode}`, expected, got: shape.join(', ') });
            const index = values.findIndex((value) => !Number.isFinite(value));
            if (index >= 0) fail({ what: `y in ${mode}`, index, expected: 'a finite number', got: values[index] });
          }
        }
      });
    },
  }),
  define({
    name: 'rows',
    law: 'In evaluation what a sample gives does not depend on the rest of the batch.',
    needs: ['outputs'],
    test(subject, fail) {
      subject.withNetworks([1], (model) => {
        const together = outputsOf(model, subject, N).values;
        const alone = outputsOf(model, subject, 1).values; // the first row of N: inputs are drawn one after the other
        const index = farFrom(together.subarray(0, alone.length), alone);
        if (index >= 0) fail({ what: 'y', sample: 0, index, expected: alone[index], got: together[index] });
      });
    },
  }),
  define({
    name: 'still',
    law: 'predict() changes no weight; in evaluation it changes no state either, and gives the same again.',
    needs: ['outputs'],
    test(subject, fail) {
      subject.withNetworks([1], (model) => {
        const text = (count?: number): string => arraysOf(model).slice(0, count).join(';');
        const [before, first] = [text(), outputsOf(model, subject, N)];
        if (String(outputsOf(model, subject, N).values) !== String(first.values)) {
          fail({ what: 'y, asked for again', expected: 'the same', got: 'other numbers' });
        }
        if (text() !== before) fail({ what: 'weights and state', expected: 'as before', got: 'changed by evaluation' });
        const weights = text(model.variables.length);
        outputsOf(model, subject, N, 'training');
        if (text(model.variables.length) !== weights) {
          fail({ what: 'weights', expected: 'as before', got: 'changed by predict() in training' });
        }
      });
    },
  }),
];

const weights = [
  define({
    name: 'seeded',
    law: 'The same seed gives the same weights, another seed others.',
    test({ withNetworks }, fail) {
      withNetworks([1, 1, 2], (...networks) => {
        const [one, same, other] = networks.map((network) => arraysOf(network).join(';'));
        if (same !== one) fail({ what: 'weights of one seed, twice', expected: 'the same', got: 'others' });
        if (other === one) fail({ what: 'weights of two seeds', expected: 'others', got: 'the same' });
      });
    },
  }),
  define({
    name: 'gradients',
    law: 'The gradient of what is made of the outputs reaches every variable.',
    needs: ['outputs'],
    test({ withNetworks, inputs, shapes }, fail) {
      withNetworks([1], ({ variables, predict }) => {
        tf.tidy(() => {
          const [x, weigh] = [inputs(N), tf.reshape(tf.range(1, N * shapes.outputs + 1), [N, shapes.outputs])];
          const loss = (): tf.Scalar => tf.sum(tf.mul(predict(x, 'training'), weigh));
          const { grads } = tf.variableGrads(loss, variables);
          variables.forEach(({ name, shape }, k) => {
            const gradient: tf.Tensor | null = grads[name] ?? null;
            const values = gradient?.dataSync<'float32'>() ?? new Float32Array(0);
            const reached = values.some((value) => value !== 0) && values.every(Number.isFinite);
            if (reached) return;
            const what = `gradient by variable ${k} of shape (${shape.join(', ')})`;
            fail({ what, expected: 'finite numbers, not all 0', got: gradient ? values : 'none' });
          });
        });
      });
    },
  }),
  define({
    name: 'saved',
    law: 'A network of another seed that takes over weights and state gives the same outputs, and shares neither.',
    needs: ['still'],
    test(subject, fail) {
      subject.withNetworks([1, 2], (model, other) => {
        outputsOf(model, subject, N, 'training'); // moves the state
        const arrays = arraysOf(model);
        const expected = outputsOf(model, subject, N).values;
        const into = [...other.variables, ...(other.state ?? [])];
        tf.tidy(() => into.forEach((variable, k) => variable.assign(tf.tensor(arrays[k], variable.shape))));
        const got = outputsOf(other, subject, N).values;
        if (String(got) !== String(expected)) fail({ what: 'y', expected, got });
        tf.tidy(() => into.forEach((variable) => variable.assign(tf.zerosLike(variable))));
        if (String(outputsOf(model, subject, N).values) !== String(expected)) {
          fail({ what: 'y, after another network was changed', expected, got: 'other numbers' });
        }
      });
    },
  }),
  define({
    name: 'disposed',
    law: 'predict() leaves its outputs alone when tidied up, and dispose() leaves nothing.',
    needs: ['outputs'],
    test(subject, fail) {
      const before = tf.memory().numTensors;
      subject.withNetworks([1], (model) => {
        const made = tf.memory().numTensors;
        for (const mode of ['training', 'evaluation'] as const) outputsOf(model, subject, N, mode);
        const left = tf.memory().numTensors - made;
        if (left !== 0) fail({ what: 'tensors that predict() keeps', expected: 0, got: left });
      });
      const left = tf.memory().numTensors - before;
      if (left !== 0) fail({ what: 'tensors after dispose()', expected: 0, got: left });
    },
  }),
];

const layers = [
  define({
    name: 'layers',
    law:
      'through() is there where layers are declared; it passes the parameters of each through, and gives the outputs.',
    needs: ['outputs'],
    test(subject, fail) {
      const { plugin, withNetworks } = subject;
      withNetworks([1], (model) => {
        const [declared, there] = [plugin.layers !== undefined, model.through !== undefined];
        if (declared !== there) fail({ what: 'through()', expected: declared, got: there });
        if (!model.through) return;
        const expected = outputsOf(model, subject, N, 'training').values;
        const { y, injected } = passOf(subject, (x, inject) => model.through!(x, inject));
        const index = farFrom(y, expected);
        if (index >= 0) fail({ what: 'y of through()', index, expected: expected[index], got: y[index] });
        if (injected.some(([layer, rows], k) => layer !== k || rows !== N)) {
          fail({ what: 'layers and rows that were injected', expected: `0, 1, ... with ${N} rows`, got: injected });
        }
      });
    },
  }),
  define({
    name: 'layer-hessians',
    law: 'hessians() is there where it is declared, and has a matrix a sample and layer, of its parameters.',
    needs: ['layers'],
    applies: ({ layers }) => layers,
    test(subject, fail) {
      subject.withNetworks([1], (model) => {
        const { hessians, injected } = passOf(subject, (x, inject) => model.through!(x, inject));
        const declared = subject.plugin.layers!.hessian;
        if (declared !== (hessians !== undefined)) fail({ what: 'hessians()', expected: declared, got: !declared });
        hessians?.forEach(({ rank, left }, k) => {
          const expected = [N * rank, injected[k][2]];
          if (left.rows !== expected[0] || left.cols !== expected[1]) {
            fail({ what: `factors of layer ${k}`, expected, got: [left.rows, left.cols] });
          }
        });
        if (hessians && hessians.length !== injected.length) {
          fail({ what: 'matrices', expected: injected.length, got: hessians.length });
        }
      });
    },
  }),
];

interface Pass {
  readonly y: Float32Array;
  /** Layer, rows and columns of what was injected. */
  readonly injected: [layer: number, rows: number, cols: number][];
  readonly hessians: Factors[] | undefined;
}

/** A pass that leaves the parameters as they are, with the Hessians of half the squared outputs. */
function passOf(
  { inputs }: ModelSubject,
  through: (x: tf.Tensor, inject: (theta: tf.Tensor2D, layer: number) => tf.Tensor2D) => LayeredPass,
): Pass {
  const injected: Pass['injected'] = [];
  let pass: Pass | undefined;
  tf.tidy(() => {
    const { y, hessians } = through(inputs(N), (theta, layer) => {
      injected.push([layer, ...theta.shape]);
      return theta;
    });
    const values = y.dataSync<'float32'>().slice();
    pass = { y: values, injected, hessians: hessians?.(halfSquares(toBatch(y, 'conformance'))) };
  });
  return pass!;
}

function halfSquares(y: Batch): Evaluation {
  const [rows, m] = [y.rows, y.cols];
  const identities = zeros(rows, m * m);
  for (let k = 0; k < rows * m; k++) identities.data[k * m + (k % m)] = 1;
  return { value: new Float64Array(rows), gradient: () => y, hessian: () => identities };
}

/** The first entry that is further off than rounding; -1: there is none. */
function farFrom(got: Float32Array, expected: Float32Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return got.findIndex((value, k) => !(Math.abs(value - expected[k]) <= ROUNDING * largest));
}

/** Every law of models, in the order in which it is best to repair them: a law needs earlier ones alone. */
export const modelChecks: readonly Check<ModelSubject>[] = [
  ...contract,
  ...needing(['create'], [...outputs, ...weights, ...layers]),
];
