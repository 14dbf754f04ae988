import { expect } from 'chai';
import { instantiate, products } from '../../../core/kernels/kernels.js';
import { isAllocationFailure } from '../../../core/memory.js';
import { codeOf } from '../../harness/helpers.js';

describe('instances of kernels', () => {
  it('have zeroed arrays that do not overlap, one after the other on cache lines', () => {
    const { kernel, float64 } = instantiate(products, ({ allocate }) => allocate(100, 10));
    const { weights, A, B, C } = kernel;
    const arrays = [float64(weights, 10), float64(A, 1000), float64(B, 1000), float64(C, 10_000)];
    arrays.forEach((array, k) => {
      const { byteOffset, byteLength } = array;
      expect(byteOffset % 64).to.equal(0);
      expect(array.every((x) => x === 0)).to.equal(true);
      if (k + 1 < arrays.length) {
        expect(arrays[k + 1].byteOffset).to.be.within(byteOffset + byteLength, byteOffset + byteLength + 63);
      }
    });
  });

  it('have memories of their own', () => {
    const [one, other] = [1, 2].map(() => instantiate(products, ({ allocate }) => allocate(4, 1)));
    one.float64(one.kernel.C, 16).fill(1);
    expect([...other.float64(other.kernel.C, 16)]).to.deep.equal(new Array(16).fill(0));
  });

  it('are UNSUPPORTED where memory cannot be had, as an allocation that failed', () => {
    for (const size of [40_000, 2 ** 20, 2 ** 31 - 4]) {
      const open = (): unknown => instantiate(products, ({ allocate }) => allocate(size, 64));
      expect(codeOf(open), `${size}`).to.equal('UNSUPPORTED');
      expect(open).to.throw().that.satisfies(isAllocationFailure);
    }
  });
});
