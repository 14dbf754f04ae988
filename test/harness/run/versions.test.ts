import { expect } from 'chai';
import { resumedVersions, type Versions } from '../../../harness/run/versions.js';

const versions = (changes: object = {}): Versions => ({
  'newton-losses': '0.1.0',
  node: 'v20.0.0',
  platform: 'linux x64',
  tfjs: '4.22.0',
  machine: 'some processor, 2 cores',
  backend: { name: 'wasm', threads: 1, simd: true, fma: false },
  loss: { name: 'mse', title: 'Squared error', source: 'Gauss' },
  curvature: { curvature: 'hessian', reason: 'It has one.' },
  ...changes,
});

describe('versions of a run', () => {
  it('are the same where only the choice of curvature is told in other words', () => {
    const inOtherWords = versions({ curvature: { curvature: 'hessian', reason: 'hessian, as asked.' } });
    expect(resumedVersions(versions(), inOtherWords, 7).changed).to.deep.equal([]);
  });

  it('are added, but no reason to warn, where the machine is another', () => {
    const elsewhere = versions({ machine: 'another processor, 4 cores' });
    const { changed, record } = resumedVersions(versions(), elsewhere, 7);
    expect(changed).to.deep.equal([]);
    expect(record!.resumed).to.deep.equal([{ ...elsewhere, after: 7 }]);
  });

  it('are added where they differ from the last before, the first ones and those between stay', () => {
    const [first, second] = [versions(), versions({ node: 'v22.0.0' })];
    const once = resumedVersions(first, second, 7);
    expect(once.changed).to.deep.equal(['node is "v20.0.0" there, "v22.0.0" here']);
    expect(once.record).to.deep.equal({ ...first, resumed: [{ ...second, after: 7 }] });
    expect(resumedVersions(once.record!, second, 9)).to.deep.equal({ changed: [], record: undefined });
    const back = resumedVersions(once.record!, first, 11);
    expect(back.changed).to.have.lengthOf(1);
    expect(back.record!.resumed).to.deep.equal([{ ...second, after: 7 }, { ...first, after: 11 }]);
  });
});
