// What the test computes twice, in Node and in a browser, and what it does in the browser alone.
import * as tf from '@tensorflow/tfjs-core';
import {
  addValidators,
  batchOf,
  checked,
  createRng,
  defineSampleLoss,
  openRegistry,
  parameters,
  setHighsWasm,
} from 'newton-losses';
import * as algorithmLosses from 'newton-losses/algorithm-losses';
import * as autodiff from 'newton-losses/autodiff';
import * as conformance from 'newton-losses/conformance';
import * as convex from 'newton-losses/convex';
import * as relaxed from 'newton-losses/relaxed';
import * as sorting from 'newton-losses/sorting';
import { Adam, toTensorLoss, toTensorStep, useBackend } from 'newton-losses/tfjs';

/** How much the other entries export. */
export const exported = () =>
  [algorithmLosses, autodiff, conformance, convex, relaxed, sorting].map((entry) => Object.keys(entry).sort().join());

/** Typical outputs and targets of every built-in loss. */
export async function samples() {
  const registry = await openRegistry();
  const all = {};
  for (const name of registry.names) {
    const { y, targets } = (await registry.create(name)).sample(createRng(5), 3);
    all[name] = { rows: y.rows, data: [...y.data], targets };
  }
  return all;
}

/** Value, gradient, Hessian and Gauss-Newton matrices of losses at samples. */
export async function evaluations(at) {
  const registry = await openRegistry();
  const all = {};
  for (const [name, { rows, data, targets }] of Object.entries(at)) {
    const y = { rows, cols: data.length / rows, data: Float64Array.from(data) };
    const e = (await registry.create(name)).evaluate(y, targets, createRng(6));
    const { value, hessian, gaussNewton } = e;
    const parts = [value, e.gradient().data, hessian?.().blocks().data, gaussNewton?.().blocks().data];
    all[name] = parts.map((numbers) => [...(numbers ?? [])]);
  }
  return all;
}

/** Solutions of every built-in algorithm for the same costs. */
export async function solutions() {
  const registry = await openRegistry();
  const all = {};
  for (const name of registry.algorithmNames) {
    const algorithm = await registry.algorithm(name);
    all[name] = [...algorithm.solveBatch(algorithm.plugin.sample(algorithm.params, createRng(7), 3)).w.data];
  }
  return all;
}

/** What comes of a linear program without HiGHS, by name and made of the plugin, and once it is there. */
export async function linearPrograms(wasm) {
  const { linearProgram } = algorithmLosses;
  const registry = await openRegistry();
  const lost = ({ code, message }) => `${code} ${message}`;
  const byName = () => registry.algorithm('linear-program').then(({ plugin }) => plugin.name, lost);
  const made = async () => linearProgram({}).plugin.name;
  setHighsWasm('/nowhere.wasm');
  const without = [await byName(), await made().catch(lost)];
  setHighsWasm(wasm);
  await linearProgram.load();
  return [...without, await made(), await byName()];
}

/** What is said of wrong names, parameters, targets and options. */
export async function complaints() {
  const registry = await openRegistry();
  const said = [];
  const note = async (act) => said.push(await act().then(() => 'nothing', ({ code, message }) => `${code} ${message}`));
  await note(() => registry.create('softsrot'));
  for (const name of registry.names) {
    const loss = await registry.create(name);
    const { y } = loss.sample(createRng(1), 1);
    await note(() => registry.create(name, { no: 1 }));
    for (const key of Object.keys(loss.params)) {
      for (const wrong of [-1, 'x', null, [], 1e9, NaN, {}]) await note(() => registry.create(name, { [key]: wrong }));
    }
    for (const target of [-1, 'x', null, [], [[]], { rank: 1 }]) {
      await note(async () => loss.evaluate(y, [target], createRng(1)));
    }
  }
  const loss = await registry.create('mse');
  for (const lambda of [-1, 'x', { relative: -1 }, {}]) {
    await note(async () => toTensorLoss(loss, { curvature: 'hessian', lambda }));
  }
  return said;
}

const own = defineSampleLoss({
  name: 'own',
  title: 'Own',
  source: 'the test',
  params: parameters({
    scale: { type: 'number', minimum: 0, default: 2 },
    unit: { type: 'string', maxLength: 3, default: 'm' },
  }),
  target: { type: 'number' },
  create: ({ scale }) => ({
    value: (y, t) => scale * (y[0] - t) ** 2,
    gradient: (y, t) => [2 * scale * (y[0] - t)],
    hessian: () => [2 * scale],
  }),
  sample: (_params, rng, rows) => ({ y: batchOf(Array.from({ length: rows }, () => [rng.normal()])), targets: [] }),
});

/** A plugin of one's own. */
export default own;

/** What that plugin gives and says, by itself and in a registry; `validators` are those of its schemas. */
export async function ownLoss(validators) {
  if (validators) addValidators(validators);
  const lost = ({ code, message }) => `${code} ${message}`;
  const registry = await openRegistry({ losses: { own: () => Promise.resolve({ default: own }) } });
  const ofRegistry = (params) => registry.create('own', params).then(gradientOf, lost);
  const alone = async () => gradientOf(checked(own));
  return [await alone().catch(lost), await ofRegistry({}), await ofRegistry({ unit: 'parsec' })];
}

const gradientOf = (loss) => [...loss.evaluate(batchOf([[3]]), [1], createRng(0)).gradient().data];

/** The loss at 100 steps of a network that learns to sort by a Newton loss, on a backend. */
export async function train(backend, options) {
  const { name } = await useBackend(backend, options);
  const values = [];
  const softsort = await (await openRegistry()).create('softsort');
  const step = toTensorStep(softsort, { curvature: 'hessian', lambda: 0.1 });
  const observed = (y, targets) => {
    const { loss, value } = step(y, targets);
    values.push(loss);
    return value;
  };
  const rng = createRng(11);
  const rows = Array.from({ length: 32 }, () => Array.from({ length: 5 }, () => rng.normal()));
  const ranks = rows.map((row) => row.map((a) => row.filter((b) => b < a).length));
  const weights = tf.variable(tf.tensor2d(Array.from({ length: 25 }, () => 0.1 * rng.normal()), [5, 5]));
  const inputs = tf.tensor2d(rows);
  const optimizer = new Adam({ learningRate: 0.05 });
  for (let k = 0; k < 100; k++) {
    const { value, grads } = tf.variableGrads(() => observed(tf.matMul(inputs, weights), ranks), [weights]);
    optimizer.apply([weights], grads);
    tf.dispose([value, grads]);
  }
  tf.dispose([weights, inputs]);
  return { name, values };
}
