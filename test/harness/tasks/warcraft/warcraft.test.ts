import { truncateSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { fillParams } from '../../../../core/validation.js';
import { createRng } from '../../../../core/random/rng.js';
import { generateWarcraft } from '../../../../harness/data/warcraft/generate.js';
import type { WarcraftSplit } from '../../../../harness/data/warcraft/read.js';
import { writeWarcraft } from '../../../../harness/data/warcraft/write.js';
import type { Metrics, OpenTask, Predict, Split } from '../../../../harness/tasks/index.js';
import warcraft from '../../../../harness/tasks/warcraft/warcraft.js';
import type { WarcraftParams } from '../../../../harness/tasks/warcraft/params.js';
import { useBackend } from '../../../../node/tfjs/index.js';
import { codeOf, failureOf, temporaryFolder } from '../../helpers.js';

const SIZE = 4;
const COUNTS = { train: 7, validation: 3, test: 5 };
const PERFECT = { perfectMatch: 1, costRatio: 1, optimal: 1, regret: 0, valid: 1 };
const generated = (split: 'train' | 'val' | 'test', count: number, seed = 0): WarcraftSplit =>
  generateWarcraft({ size: SIZE, seed }, split, count);
const all = generated('train', 7);

const openTask = (
  params: Partial<WarcraftParams> = {},
  { seed = 1, data }: { seed?: number; data?: string } = {},
): Promise<OpenTask> =>
  warcraft.open(fillParams(warcraft, { size: SIZE, ...COUNTS, normalise: false, ...params }), {
    data,
    rng: createRng(seed),
  });

/** The map of a set that a picture shows, scaled by 1/255. */
function mapsShown(x: tf.Tensor, set: WarcraftSplit): number[] {
  const size = x.size / x.shape[0];
  const bytes = Uint8Array.from(x.dataSync(), (value) => Math.round(255 * value));
  const known = Array.from({ length: set.count }, (_, i) => set.maps.slice(i * size, (i + 1) * size).join());
  return Array.from({ length: x.shape[0] }, (_, k) => known.indexOf(bytes.slice(k * size, (k + 1) * size).join()));
}

const gridOf = (values: ArrayLike<number>, i: number): number[] =>
  Array.from(values).slice(i * SIZE ** 2, (i + 1) * SIZE ** 2);

/** A batch as the maps that it shows and its targets. */
function shown(task: OpenTask, step: number, size: number): { maps: number[]; targets: unknown[] } {
  const { x, targets } = task.batch(step, size);
  const maps = mapsShown(x, all);
  x.dispose();
  return { maps, targets };
}

/** Predicts the true costs of the maps of a set, changed by `of`. */
function oracle(set: WarcraftSplit, of = (cost: number): number => cost): Predict {
  return (x) => tf.tensor2d(mapsShown(x, set).map((i) => gridOf(set.costs, i).map(of)));
}

describe('warcraft', () => {
  const folder = temporaryFolder();
  before(async () => {
    await useBackend('cpu');
  });

  it('shows maps whose paths or costs are the targets, row-major', async () => {
    for (const [supervision, labels] of [['path', all.paths], ['costs', all.costs]] as const) {
      const task = await openTask({ supervision });
      expect([task.input, task.outputs]).to.deep.equal([[32, 32, 3], 16]);
      const { maps, targets } = shown(task, 1, 7);
      expect([...maps].sort()).to.deep.equal([0, 1, 2, 3, 4, 5, 6]);
      expect(targets).to.deep.equal(maps.map((i) => gridOf(labels, i)));
    }
  });

  it('goes through all maps epoch after epoch, batch k a function of seed, k and size alone', async () => {
    const task = await openTask();
    const list = [1, 2, 3, 4, 5, 6, 7].flatMap((step) => shown(task, step, 4).maps); // four epochs
    for (let epoch = 0; epoch < 4; epoch++) {
      expect(list.slice(7 * epoch, 7 * epoch + 7).sort()).to.deep.equal([0, 1, 2, 3, 4, 5, 6]);
    }
    expect(shown(await openTask(), 5, 4).maps).to.deep.equal(list.slice(16, 20));
    expect(shown(task, 2, 14).maps).to.deep.equal(list.slice(14, 28));
    expect(shown(await openTask({}, { seed: 2 }), 1, 14).maps).not.to.deep.equal(list.slice(0, 14));
  });

  it('is best where the costs are the true ones, on the scale that does not matter', async () => {
    const task = await openTask();
    for (const [split, set] of [['validation', generated('val', 3)], ['test', generated('test', 5)]] as const) {
      expect(task.evaluate(oracle(set, (cost) => 3 * cost), split, 0)).to.deep.equal(PERFECT);
    }
    const upsideDown = task.evaluate(oracle(generated('test', 5), (cost) => 10 - cost), 'test', 0);
    const { perfectMatch, costRatio, regret, valid } = upsideDown as Record<string, number>;
    expect(valid).to.equal(1);
    expect(perfectMatch).to.be.below(1);
    expect(costRatio).to.be.above(1);
    expect(regret).to.be.above(0);
  });

  it('names the metrics that it gives, in that order, the first larger the better', async () => {
    const metrics = (await openTask()).evaluate(oracle(generated('test', 5)), 'test', 0);
    expect(Object.keys(metrics)).to.deep.equal(Object.keys(warcraft.metrics));
    expect(Object.values(warcraft.metrics)[0]).to.include({ better: 'larger', kind: 'share' });
  });

  it('freezes held-out maps across runs, steps and their number; another mapSeed has others', async () => {
    const seen = (task: OpenTask, split: Split, set: WarcraftSplit): number[] => {
      const maps: number[] = [];
      task.evaluate(
        (x) => {
          maps.push(...mapsShown(x, set));
          return tf.zeros([x.shape[0], SIZE ** 2]);
        },
        split,
        7,
      );
      return maps;
    };
    const set = generated('test', 120);
    expect(seen(await openTask({}, { seed: 9 }), 'test', set)).to.deep.equal([0, 1, 2, 3, 4]);
    expect(seen(await openTask({ test: 120 }), 'test', set)).to.deep.equal(Array.from({ length: 120 }, (_, i) => i)); // more than a chunk
    expect(seen(await openTask({ mapSeed: 1 }), 'test', set)).to.deep.equal([-1, -1, -1, -1, -1]);
    expect(seen(await openTask({ mapSeed: 1 }), 'test', generated('test', 5, 1))).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('takes from each channel its mean over the training maps and divides by its deviation, also of held-out maps', async () => {
    const task = await openTask({ normalise: true });
    const { x } = task.batch(1, 7);
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    // float32 of some 7000 values of size 1 a channel
    mean.dataSync().forEach((value) => expect(value).to.be.closeTo(0, 1e-5));
    variance.dataSync().forEach((value) => expect(value).to.be.closeTo(1, 1e-5));
    tf.dispose([x, mean, variance]);
    const values = (c: number): number[] => Array.from(all.maps).filter((_, k) => k % 3 === c);
    const [first] = [0, 1, 2].map((c) => {
      const mu = values(c).reduce((a, b) => a + b) / values(c).length;
      const deviation = Math.sqrt(values(c).reduce((sum, v) => sum + (v - mu) ** 2, 0) / values(c).length);
      return (generated('test', 1).maps[c] - mu) / deviation;
    });
    task.evaluate(
      (held) => {
        expect(held.dataSync()[0]).to.be.closeTo(first, 1e-6);
        return tf.zeros([held.shape[0], SIZE ** 2]);
      },
      'test',
      0,
    );
  });

  it('averages squares of pixels', async () => {
    const task = await openTask({ pool: 4 });
    expect(task.input).to.deep.equal([8, 8, 3]);
    const pixel = (map: number, y: number, x: number, c: number): number => all.maps[((map * 32 + y) * 32 + x) * 3 + c];
    const averaged = (map: number): number[] =>
      Array.from({ length: 192 }, (_, k) => {
        const [y, x, c] = [4 * Math.floor(k / 24), 4 * (Math.floor(k / 3) % 8), k % 3];
        let sum = 0;
        for (let i = 0; i < 16; i++) sum += pixel(map, y + (i >> 2), x + (i & 3), c);
        return Math.round(sum / 16);
      });
    const { x } = task.batch(1, 7);
    const bytes = Array.from(x.dataSync(), (value) => Math.round(255 * value));
    const pictures = Array.from({ length: 7 }, (_, i) => bytes.slice(192 * i, 192 * (i + 1)).join());
    expect(pictures.sort()).to.deep.equal([0, 1, 2, 3, 4, 5, 6].map((map) => averaged(map).join()).sort());
    x.dispose();
    expect((await failureOf(() => openTask({ pool: 3 }))).code).to.equal('PARAMS');
  });

  it('reads files of the official layout as it draws maps, the first so many of them', async () => {
    await writeWarcraft(folder(), { size: SIZE, counts: { train: 9, val: 3, test: 5 }, seed: 0 });
    const [read, drawn] = await Promise.all([
      openTask({ normalise: true }, { data: folder() }),
      openTask({ normalise: true }),
    ]);
    for (const step of [1, 2]) {
      const [one, other] = [read.batch(step, 5), drawn.batch(step, 5)];
      expect(one.x.dataSync()).to.deep.equal(other.x.dataSync());
      expect(one.targets).to.deep.equal(other.targets);
      tf.dispose([one.x, other.x]);
    }
    const brightness: Predict = (x) =>
      tf.tidy(() => tf.reshape(tf.sum(tf.abs(tf.maxPool(x as tf.Tensor4D, 8, 8, 'valid')), 3), [-1, SIZE ** 2]));
    const measured = (task: OpenTask): Metrics => task.evaluate(brightness, 'test', 0);
    expect(measured(read)).to.deep.equal(measured(drawn));
  });

  it('is a DATA error where files are missing, too few or cut off', async () => {
    const open = async (): Promise<string> => (await failureOf(() => openTask({}, { data: folder() }))).message;
    expect(await open()).to.match(/train_maps\.npy/);
    await writeWarcraft(folder(), { size: SIZE, counts: { train: 6, val: 3, test: 5 }, seed: 0 });
    expect(await open()).to.match(/expected 7 train maps .* got 6/);
    truncateSync(path.join(folder(), '4x4', 'train_maps.npy'), 9000);
    const failure = await failureOf(() => openTask({}, { data: folder() }));
    expect(failure.code).to.equal('DATA');
    expect(failure.message).to.match(/train_maps\.npy/);
  });

  it('refuses costs that are not finite or not as many as cells', async () => {
    const task = await openTask();
    expect(codeOf(() => task.evaluate(oracle(generated('test', 5), () => NaN), 'test', 0))).to.equal('NONFINITE');
    expect(codeOf(() => task.evaluate(() => tf.zeros([1, SIZE ** 2]), 'test', 0))).to.equal('SHAPE');
  });

  it('draws the first test maps with their paths', async () => {
    const task = await openTask();
    const drawing = task.draw!(oracle(generated('test', 5)));
    const lines = (colour: string): string[] =>
      [...drawing.matchAll(new RegExp(`<path d="([^"]+)" stroke="${colour}" stroke-width="0`, 'g'))].map(([, d]) => d);
    expect(lines('#0072b2')).to.have.lengthOf(4).and.to.deep.equal(lines('#ffd21f')); // the true costs have the true paths
  });

  it('leaves no tensor behind but the x of a batch', async () => {
    const task = await openTask();
    const before = tf.memory().numTensors;
    task.evaluate(oracle(generated('test', 5)), 'test', 0);
    task.draw!(oracle(generated('test', 5)));
    task.batch(1, 2).x.dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });
});
