import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const entry = new URL('../../../node/tfjs/index.js', import.meta.url).href;

/** A digest of large products, one of mostly zeros, convolutions by tiles and by patches, and their gradients, on some threads. */
const script = (threads: number): string => `
  import { createHash } from 'node:crypto';
  import * as tf from '@tensorflow/tfjs-core';
  import { useBackend } from ${JSON.stringify(entry)};
  await useBackend('wasm', { threads: ${threads} });
  const tensor = (...shape) => tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, k) => Math.sin(k)), shape);
  const strokes = tf.relu(tf.sub(tensor(900, 300), 0.8));
  const loss = (x, first, second, W, V) => {
    const pooled = tf.maxPool(tf.relu(tf.conv2d(x, first, 1, 'same')), 2, 2, 'valid');
    const maps = tf.conv2d(pooled, second, 1, 'same');
    const products = tf.matMul(tf.reshape(maps, [7, -1]), W);
    return tf.add(tf.sum(tf.square(products)), tf.sum(tf.square(tf.matMul(strokes, V))));
  };
  const inputs = [tensor(7, 24, 26, 8), tensor(5, 5, 8, 24), tensor(5, 5, 24, 9), tensor(1404, 500), tensor(300, 32)];
  const hash = createHash('sha256');
  for (const gradient of tf.grads(loss)(inputs)) {
    hash.update(gradient.dataSync());
  }
  process.stdout.write(hash.digest('hex'));`;

describe('kernels of networks on several threads', function() {
  this.timeout(60_000);

  it('compute the same bits as on one, and let the process end', async () => {
    const digests = await Promise.all([1, 2, 3].map(async (threads) => {
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script(threads)], {
        timeout: 50_000,
      });
      return stdout;
    }));
    expect(digests[0]).to.match(/^[0-9a-f]{64}$/);
    expect(digests).to.deep.equal([digests[0], digests[0], digests[0]]);
  });
});
