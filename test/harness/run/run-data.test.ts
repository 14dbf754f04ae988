import { expect } from 'chai';
import { bothTexts, isSameData, type RunData } from '../../../harness/run/run-data.js';

const data = (source: string, digests?: Record<string, string>): RunData => ({ source, ...(digests && { digests }) });

describe('data of two runs', () => {
  const one = data('MNIST in a', { train: 'a'.repeat(64), test: 'b'.repeat(64) });

  it('are the same where the digests are, wherever they come from', () => {
    expect(isSameData(one, { ...one, source: 'MNIST in b' })).to.equal(true);
    expect(isSameData(one, data('drawn', { train: 'a'.repeat(64) })), 'test is not on record').to.equal(true);
    for (const part of ['train', 'test']) {
      expect(isSameData(one, data('MNIST in a', { ...one.digests, [part]: 'c'.repeat(64) })), part).to.equal(false);
    }
  });

  it('are told by their source where no part is on record of both', () => {
    for (const digests of [undefined, {}, { validation: 'a'.repeat(64) }]) {
      expect(isSameData(one, data('MNIST in a', digests))).to.equal(true);
      expect(isSameData(data('MNIST in b', digests), one)).to.equal(false);
    }
  });

  it('are named with what differs', () => {
    const other = data('MNIST in b', { ...one.digests, test: 'c'.repeat(64) });
    expect(bothTexts(one, other)).to.deep.equal([
      'MNIST in a (SHA-256 of test bbbbbbbbbbbb)',
      'MNIST in b (SHA-256 of test cccccccccccc)',
    ]);
    expect(bothTexts(data('here'), data('there'))).to.deep.equal(['here', 'there']);
  });
});
