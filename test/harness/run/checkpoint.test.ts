import { expect } from 'chai';
import * as fs from 'node:fs';
import path from 'node:path';
import type { FileSystem } from '../../../harness/files/atomic-file.js';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  loadCheckpoint,
  saveCheckpoint,
} from '../../../harness/run/checkpoint.js';
import { codeOf, temporaryFolder } from '../helpers.js';

const checkpoint: Checkpoint = {
  step: 750,
  experiment: { name: 'test', seed: 3 },
  metrics: { bytes: 4711, sha256: 'of those' },
  state: { loss: 0.1 + 0.2, norms: [1e-300, 3.5e38] },
  arrays: { w: Float32Array.of(1.5, -2e-40, Math.fround(0.1)), empty: new Float32Array(0), b: Float32Array.of(-0) },
};

describe('checkpoint', () => {
  it('comes back as it was, whatever its alignment', () => {
    const bytes = encodeCheckpoint(checkpoint);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(decodeCheckpoint(bytes, 'c')).to.deep.equal(checkpoint);
    expect(decodeCheckpoint(shifted.subarray(1), 'c')).to.deep.equal(checkpoint);
  });

  it('is refused when cut anywhere, and when too long', () => {
    const bytes = encodeCheckpoint(checkpoint);
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(() => decodeCheckpoint(bytes.subarray(0, length), 'c')), `${length} bytes`).to.equal('CHECKPOINT');
    }
    expect(codeOf(() => decodeCheckpoint(Buffer.concat([bytes, Buffer.alloc(1)]), 'c'))).to.equal('CHECKPOINT');
  });

  it('is refused when any one byte has changed', () => {
    const bytes = encodeCheckpoint(checkpoint);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at] ^= 1 << at % 8;
      expect(codeOf(() => decodeCheckpoint(damaged, 'c')), `byte ${at}`).to.equal('CHECKPOINT');
    }
  });
});

describe('checkpoints in a folder', () => {
  const folder = temporaryFolder();
  const files = (): string[] => fs.readdirSync(folder()).sort();
  const save = (step: number): void => saveCheckpoint(folder(), { ...checkpoint, step });
  const damage = (name: string): void => fs.truncateSync(path.join(folder(), name), 100);

  it('are none at first', () => {
    expect(loadCheckpoint(folder(), expect.fail)).to.equal(undefined);
  });

  it('are kept for the last two steps, and the newest counts', () => {
    for (const step of [9, 10, 11]) save(step);
    expect(files()).to.have.lengthOf(2);
    expect(loadCheckpoint(folder(), expect.fail)).to.deep.equal({ ...checkpoint, step: 11 });
  });

  it('fall back to the one before with a warning where the newest is damaged, and are an error where both are', () => {
    save(1);
    save(2);
    damage('checkpoint-00000002.bin');
    const warnings: string[] = [];
    expect(loadCheckpoint(folder(), (warning) => warnings.push(warning))?.step).to.equal(1);
    expect(warnings).to.have.lengthOf(1);
    damage('checkpoint-00000001.bin');
    expect(codeOf(() => loadCheckpoint(folder(), () => undefined))).to.equal('CHECKPOINT');
  });

  it('fall back likewise where one cannot be read, or does not fit what else there is', () => {
    save(1);
    save(2);
    const warnings: string[] = [];
    const load = (unfit: number): number | undefined => {
      const fault = ({ step }: Checkpoint): string | undefined => (step === unfit ? 'does not fit' : undefined);
      return loadCheckpoint(folder(), (warning) => warnings.push(warning), fault)?.step;
    };
    expect(load(2)).to.equal(1);
    expect(warnings).to.have.lengthOf(1);
    fs.rmSync(path.join(folder(), 'checkpoint-00000002.bin'));
    fs.mkdirSync(path.join(folder(), 'checkpoint-00000002.bin'));
    expect(load(0)).to.equal(1);
    expect(codeOf(() => load(1))).to.equal('CHECKPOINT');
  });

  it('survive a disk that fills up at any call of the next save', () => {
    save(1);
    const before = files();
    const calls = ['openSync', 'writeSync', 'fsyncSync', 'renameSync'] as const;
    for (const call of calls) {
      const full = {
        ...fs,
        [call]: () => {
          throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        },
      };
      expect(() => saveCheckpoint(folder(), { ...checkpoint, step: 2 }, full)).to.throw('ENOSPC');
      expect(files(), call).to.deep.equal(before);
      expect(loadCheckpoint(folder(), expect.fail)?.step).to.equal(1);
    }
  });

  it('are written whole by a disk that takes a few bytes at a time', () => {
    const writeSync: FileSystem['writeSync'] = (descriptor, bytes, offset, length, at) =>
      fs.writeSync(descriptor, bytes, offset, Math.min(length, 7), at);
    saveCheckpoint(folder(), checkpoint, { ...fs, writeSync });
    expect(loadCheckpoint(folder(), expect.fail)).to.deep.equal(checkpoint);
  });
});
