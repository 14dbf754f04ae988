import { expect } from 'chai';
import { LossError } from '../../../core/errors.js';
import { gatherNumbers, poolDigits, sliceTable } from '../../../harness/tasks/digit-table.js';

/** Two images of 2 x 4 pixels. */
const images = {
  count: 2,
  height: 2,
  width: 4,
  pixels: Uint8Array.from([0, 255, 51, 51, 255, 0, 102, 0, /**/ 255, 255, 0, 0, 255, 255, 0, 51]),
  labels: Uint8Array.of(3, 8),
};

describe('poolDigits', () => {
  it('averages squares of pixels in [0, 1]', () => {
    const { height, width, pixels } = poolDigits(images, 2);
    expect([height, width]).to.deep.equal([1, 2]);
    expect([...pixels]).to.deep.equal([0.5, 0.2, 1, 0.05].map(Math.fround));
  });

  it('keeps every pixel with pool 1', () => {
    expect([...poolDigits(images, 1).pixels]).to.deep.equal([...images.pixels].map((byte) => Math.fround(byte / 255)));
  });

  it('refuses squares that do not tile the image', () => {
    expect(() => poolDigits(images, 3)).to.throw(LossError).with.property('code', 'PARAMS');
    expect(() => poolDigits(images, 4)).to.throw(LossError).with.property('code', 'PARAMS');
  });
});

describe('gatherNumbers', () => {
  const table = {
    count: 3,
    height: 2,
    width: 2,
    pixels: Float32Array.from({ length: 12 }, (_, k) => k),
    labels: Uint8Array.of(1, 2, 3),
  };

  it('puts the digits of a number one after the other, or side by side', () => {
    const rows = Int32Array.of(2, 0, 1, 1);
    expect([...gatherNumbers(table, rows, 2, 'digits')]).to.deep.equal([
      8,
      9,
      10,
      11,
      0,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      4,
      5,
      6,
      7,
    ]);
    expect([...gatherNumbers(table, rows, 2, 'image')]).to.deep.equal([
      8,
      9,
      0,
      1,
      10,
      11,
      2,
      3,
      4,
      5,
      4,
      5,
      6,
      7,
      6,
      7,
    ]);
  });

  it('counts rows from the start of a slice', () => {
    const tail = sliceTable(table, 1, 3);
    expect([tail.count, ...tail.labels]).to.deep.equal([2, 2, 3]);
    expect([...gatherNumbers(tail, Int32Array.of(1), 1, 'digits')]).to.deep.equal([8, 9, 10, 11]);
  });
});
