import { expect } from 'chai';
import { LossError } from '../../core/errors.js';
import { allocated, isAllocationFailure } from '../../core/memory.js';
import { codeOf } from '../harness/helpers.js';

describe('allocated', () => {
  it('names what there is not the memory for', () => {
    const tooLarge: (() => unknown)[] = [
      () => new Float64Array(2 ** 45),
      () => new Float64Array(-1),
      () => new ArrayBuffer(2 ** 50),
      () => new SharedArrayBuffer(2 ** 50),
      () => new Array(2 ** 32),
      () => 'x'.repeat(2 ** 30),
      () => new WebAssembly.Memory({ initial: 2 ** 20 }),
    ];
    for (const make of tooLarge) {
      expect(codeOf(() => allocated(() => 'a thing', make)), String(make)).to.equal('UNSUPPORTED');
      expect(() => allocated(() => 'a thing', make)).to.throw(LossError, 'a thing');
    }
  });

  it('leaves results and other errors as they are', () => {
    expect(allocated(() => 'a thing', () => 3)).to.equal(3);
    const other = new RangeError('the third digit is out of range');
    expect(() =>
      allocated(() => 'a thing', () => {
        throw other;
      })
    ).to.throw(other);
  });

  it('is known again by its error', () => {
    try {
      allocated(() => 'a thing', () => new Float64Array(2 ** 45));
    } catch (error) {
      return expect(isAllocationFailure(error)).to.equal(true);
    }
    return expect.fail('should have thrown');
  });
});
