import { titleOf } from './words.js';

/** The same in either language. */
export function modelText(name: string): string {
  return `import { LossError, parameters } from 'newton-losses';
import { createLayer, defineModel, variablesOf } from 'newton-losses/harness';
import { dense } from 'newton-losses/tfjs';

/**
 * ${name}, to begin from: one hidden layer on a vector, x (N, p) -> y (N, m).
 *
 *     y = relu(x W1 + b1) W2 + b2
 */
export default defineModel({
  name: '${name}',
  title: '${titleOf(name)}',
  params: parameters({
    units: { type: 'integer', minimum: 1, maximum: 65_536, default: 32, description: 'of the hidden layer' },
  }),
  example: { input: [5], outputs: 3 }, // what it is tested with

  create({ units }, { input, outputs, rng }) {
    if (input.length !== 1) throw new LossError('SHAPE', \`${name}: input should be one vector a sample, got (\${input})\`);
    const hidden = createLayer([input[0], units], rng.split(0));
    const last = createLayer([units, outputs], rng.split(1));
    const variables = variablesOf([hidden, last]);
    return {
      variables, // what is learned, in the order in which checkpoints store it
      predict: (x) => dense(dense(x, hidden.weight, hidden.bias, 'relu'), last.weight, last.bias, 'linear'),
      dispose: () => variables.forEach((variable) => variable.dispose()),
    };
  },
});
`;
}

export function modelTestText(name: string, file: string): string {
  return `import assert from 'node:assert/strict';
import { createRng } from 'newton-losses';
import { modelConformance } from 'newton-losses/harness';
import plugin from './${file}';

await modelConformance(plugin);

describe('${name}', () => {
  it('has the weights that its formula says', () => {
    const { variables, dispose } = plugin.create({ units: 7 }, { input: [5], outputs: 3, rng: createRng(0) });
    assert.deepEqual(variables.map(({ shape }) => shape), [[5, 7], [7], [7, 3], [3]]);
    dispose();
  });
});
`;
}
