import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../node/package-root.js';
import { crc32c, eventFile } from '../../../harness/store/event-file.js';
import type { Moment } from '../../../harness/store/moments.js';
import type { Values } from '../../../harness/store/values.js';

const { moments, settings, file } = JSON.parse(
  readFileSync(path.join(packageRoot(), 'test/fixtures/tensorboard.json'), 'utf8'),
) as { readonly moments: readonly Moment[]; readonly settings: Values; readonly file: string };

describe('event files', () => {
  it('have the bytes that TensorBoard writes (test/fixtures/make_tensorboard.py)', () => {
    expect(eventFile(moments, settings).toString('hex')).to.equal(file);
  });

  it('have their version and the settings where nothing was logged', () => {
    expect(eventFile([], { seed: 3 }).toString('latin1')).to.match(/brain\.Event:2.*hparams.*seed/s);
  });
});

describe('CRC-32C', () => {
  it('is that of RFC 3720, appendix B.4', () => {
    const bytes = (value: (k: number) => number): Uint8Array => Uint8Array.from({ length: 32 }, (_, k) => value(k));
    expect(crc32c(bytes(() => 0))).to.equal(0x8a9136aa);
    expect(crc32c(bytes(() => 0xff))).to.equal(0x62a8ab43);
    expect(crc32c(bytes((k) => k))).to.equal(0x46dd794e);
    expect(crc32c(bytes((k) => 31 - k))).to.equal(0x113fdb5c);
    expect(crc32c(Buffer.from('123456789'))).to.equal(0xe3069283);
  });
});
