import { expect } from 'chai';
import { LossError } from '../../../core/errors.js';
import { createRng } from '../../../core/random/rng.js';
import { type DigitTable, gatherNumbers, poolDigits, sliceTable } from '../../../harness/tasks/digit-table.js';

/** Two images of 2 x 4 pixels. */
const images = {
  count: 2,
  height: 2,
  width: 4,
  pixels: Uint8Array.from([0, 255, 51, 51, 255, 0, 102, 0, /**/ 255, 255, 0, 0, 255, 255, 0, 51]),
  labels: Uint8Array.of(3, 8),
};

function gathered(table: DigitTable, rows: Int32Array, digits: number, layout: 'digits' | 'image'): Float32Array {
  const out = new Float32Array(rows.length * table.height * table.width).fill(NaN);
  gatherNumbers(table, rows, digits, layout, out);
  return out;
}

const inOrder = (table: DigitTable): Float32Array =>
  gathered(table, Int32Array.from({ length: table.count }, (_, k) => k), 1, 'digits');

describe('poolDigits', () => {
  it('averages squares of pixels in [0, 1]', () => {
    const table = poolDigits(images, 2);
    expect([table.height, table.width]).to.deep.equal([1, 2]);
    expect([...inOrder(table)]).to.deep.equal([0.5, 0.2, 1, 0.05].map(Math.fround));
  });

  it('keeps every pixel with pool 1', () => {
    expect([...inOrder(poolDigits(images, 1))]).to.deep.equal(
      [...images.pixels].map((byte) => Math.fround(byte / 255)),
    );
  });

  for (const pool of [1, 2, 4, 7, 14, 17]) {
    it(`rounds the average of ${pool} x ${pool} bytes once, whatever their sum`, () => {
      const [most, area] = [255 * pool ** 2, pool ** 2];
      const pixels = new Uint8Array((most + 1) * area);
      for (let sum = 0, at = 0; sum <= most; sum++) {
        for (let k = 0; k < area; k++) pixels[at++] = Math.floor(sum / area) + (k < sum % area ? 1 : 0);
      }
      const labels = new Uint8Array(most + 1);
      const averages = inOrder(poolDigits({ count: most + 1, height: pool, width: pool, pixels, labels }, pool));
      expect(averages.findIndex((average, sum) => average !== Math.fround(sum / most))).to.equal(-1);
    });
  }

  it('sums more images than at a time, line by line', () => {
    const [count, height, width] = [400, 12, 28];
    const rng = createRng(4);
    const pixels = Uint8Array.from({ length: count * height * width }, () => rng.integer(256));
    for (const pool of [2, 4]) {
      const expected = new Float64Array(pixels.length / pool ** 2);
      pixels.forEach((pixel, at) => {
        const [row, column] = [Math.floor(at / width), at % width];
        expected[Math.floor(row / pool) * (width / pool) + Math.floor(column / pool)] += pixel;
      });
      const table = poolDigits({ count, height, width, pixels, labels: new Uint8Array(count) }, pool);
      expect(inOrder(table)).to.deep.equal(Float32Array.from(expected, (sum) => sum / (255 * pool ** 2)));
    }
  });

  it('refuses squares that do not tile the image', () => {
    expect(() => poolDigits(images, 3)).to.throw(LossError).with.property('code', 'PARAMS');
    expect(() => poolDigits(images, 4)).to.throw(LossError).with.property('code', 'PARAMS');
  });
});

describe('gatherNumbers', () => {
  /** Three images of 2 x 2 pixels that count on, in 255ths. */
  const table = poolDigits({
    count: 3,
    height: 2,
    width: 2,
    pixels: Uint8Array.from({ length: 12 }, (_, k) => k),
    labels: Uint8Array.of(1, 2, 3),
  }, 1);
  const counted = (rows: number[], digits: number, layout: 'digits' | 'image', from = table): number[] =>
    [...gathered(from, Int32Array.from(rows), digits, layout)].map((pixel) => Math.round(255 * pixel));

  it('puts the digits of a number one after the other, or side by side', () => {
    const numbers = [2, 0, 1, 1];
    const apart = [8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7];
    const sideBySide = [8, 9, 0, 1, 10, 11, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7];
    expect(counted(numbers, 2, 'digits')).to.deep.equal(apart);
    expect(counted(numbers, 2, 'image')).to.deep.equal(sideBySide);
  });

  it('counts rows from the start of a slice, and of a slice of that', () => {
    const tail = sliceTable(table, 1, 3);
    expect([tail.count, ...tail.labels]).to.deep.equal([2, 2, 3]);
    expect(counted([1], 1, 'digits', tail)).to.deep.equal([8, 9, 10, 11]);
    expect(counted([0], 1, 'digits', sliceTable(tail, 1, 2))).to.deep.equal([8, 9, 10, 11]);
  });

  it('gives each pixel its place, in more numbers than are gathered at a time, whatever the width of a line', () => {
    for (const [height, width] of [[1, 1], [3, 2], [2, 5], [7, 7], [4, 12], [200, 40]] as const) {
      const size = height * width;
      const rng = createRng(size);
      const pixels = Uint8Array.from({ length: 20 * size }, () => rng.integer(256));
      const pictures = poolDigits({ count: 20, height, width, pixels, labels: new Uint8Array(20) }, 1);
      const rows = Int32Array.from({ length: 3 * Math.max(20, Math.ceil(65536 / size / 3)) }, () => rng.integer(20));
      for (const layout of ['digits', 'image'] as const) {
        const expected = new Float32Array(rows.length * size);
        for (let k = 0, number = 0, at = 0; k < rows.length; k++) {
          number = Math.floor(k / 3) * 3 * size;
          for (let p = 0; p < size; p++, at++) {
            const place = number + Math.floor(p / width) * 3 * width + (k % 3) * width + (p % width);
            expected[layout === 'digits' ? at : place] = Math.fround(pixels[rows[k] * size + p] / 255);
          }
        }
        expect(Buffer.from(gathered(pictures, rows, 3, layout).buffer).equals(Buffer.from(expected.buffer))).to.equal(
          true,
          `${height} x ${width}, ${layout}`,
        );
      }
    }
  });
});
