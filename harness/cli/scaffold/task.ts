import { annotation, type Language, titleOf } from './words.js';

export function taskText(name: string, language: Language): string {
  const typed = annotation(language);
  const types = language === 'ts' ? "import type { Batch, Rng } from 'newton-losses';\n" : '';
  return `${types}import { createRng, parameters, ranksOf, row, takeRows, zeros } from 'newton-losses';
import { dataDigest, defineTask, epochs, finiteOutputs } from 'newton-losses/harness';
import { toTensor } from 'newton-losses/tfjs';

const count = { type: 'integer', minimum: 1, maximum: 1_000_000 }${language === 'ts' ? ' as const' : ''};

/**
 * ${name}, to begin from: ranking n numbers by their distance from 0, from their order alone. x (N, n) are the
 * numbers, y (N, n) scores that should have the order of the distances.
 */
export default defineTask({
  name: '${name}',
  title: '${titleOf(name)}',
  params: parameters({
    n: { ...count, minimum: 2, maximum: 1000, default: 5, description: 'numbers of a set' },
    train: { ...count, default: 1000, description: 'sets to learn from' },
    heldOut: { ...count, default: 500, description: 'held-out sets of each kind' },
  }),
  target: { type: 'array', items: { type: 'integer', minimum: 0 }, description: 'the 0-based rank of each number, 0 = nearest to 0' },
  metrics: {
    exact: { meaning: 'the share of sets whose whole ranking is right', better: 'larger', kind: 'share' },
    places: { meaning: 'the share of numbers that have their right rank', better: 'larger', kind: 'share' },
  },

  async open({ n, train, heldOut }, { rng, signal }) {
    signal?.throwIfAborted(); // reading large files, look again now and then
    const stream = createRng(1); // of the data, which is the same for every run; the run's own rng is that of the batches
    const learned = draw(stream.split(0), train, n);
    const sets = { validation: draw(stream.split(1), heldOut, n), test: draw(stream.split(2), heldOut, n) };
    const order = epochs(rng, train);
    return {
      input: [n],
      outputs: n,
      source: 'standard normals',
      digests: { train: dataDigest([train, n], learned.data) },
      batch(step, size) {
        const samples = takeRows(learned, order((step - 1) * size, size));
        return { x: toTensor(samples), targets: ranks(samples) };
      },
      evaluate(predict, split) {
        const truth = ranks(sets[split]);
        const y = finiteOutputs('${name}', predict, () => toTensor(sets[split]), heldOut * n);
        const right = truth.map((t, i) => {
          const ranked = ranksOf(y.subarray(i * n, (i + 1) * n));
          return t.filter((rank, j) => rank === ranked[j]).length;
        });
        return {
          exact: right.filter((places) => places === n).length / heldOut,
          places: right.reduce((sum, places) => sum + places, 0) / (heldOut * n),
        };
      },
    };
  },
});

function draw(rng${typed('Rng')}, rows${typed('number')}, cols${typed('number')})${typed('Batch')} {
  const x = zeros(rows, cols);
  for (let k = 0; k < x.data.length; k++) x.data[k] = rng.normal();
  return x;
}

function ranks(x${typed('Batch')})${typed('number[][]')} {
  return Array.from({ length: x.rows }, (_, i) => ranksOf(row(x, i).map(Math.abs)));
}
`;
}

export function taskTestText(name: string, file: string): string {
  return `import assert from 'node:assert/strict';
import { createRng } from 'newton-losses';
import { taskConformance } from 'newton-losses/harness';
import { toBatch, toTensor } from 'newton-losses/tfjs';
import plugin from './${file}';

const params = { n: 4, train: 30, heldOut: 20 };

await taskConformance(plugin, { params });

describe('${name}', () => {
  it('is solved by the distances themselves', async () => {
    const task = await plugin.open(params, { rng: createRng(0) });
    const distances = (x) => {
      const numbers = toBatch(x);
      return toTensor({ ...numbers, data: numbers.data.map(Math.abs) });
    };
    assert.deepEqual(task.evaluate(distances, 'test', 1), { exact: 1, places: 1 });
  });
});
`;
}
