import { expect } from 'chai';
import { chooseLambda, type Score, standardError } from '../../../harness/tune/choose.js';

const score = (lambda: number, ...values: number[]): Score => ({ lambda, values, samples: 400 });
const plain = (...values: number[]): Score => ({ values, samples: 400 });

describe('the choice of a lambda', () => {
  it('is the highest mean, and of equal ones the largest lambda', () => {
    const scores = [score(0.1, 0.5, 0.7), score(1, 0.6, 0.6), score(10, 0.2, 0.9)];
    expect(chooseLambda(scores, plain(0.1, 0.1)).best).to.equal(scores[1]);
    expect(chooseLambda([...scores].reverse(), plain(0.1, 0.1)).best).to.equal(scores[1]);
    const relative = [0.1, 1, 10].map((size): Score => ({
      lambda: { relative: size },
      values: [size === 10 ? 0 : 0.5],
    }));
    expect(chooseLambda(relative, plain()).best).to.equal(relative[1]);
  });

  it('leaves out lambdas with runs that failed, and is none where all did', () => {
    const failed: Score = { lambda: 1, values: [], failure: 'NONFINITE: stopped at step 3' };
    expect(chooseLambda([failed, score(0.1, 0.2)], plain()).best).to.deep.include({ lambda: 0.1 });
    expect(chooseLambda([failed], plain(0.5))).to.deep.equal({
      best: undefined,
      warnings: ['no lambda has finished all its runs'],
    });
  });

  it('warns at either edge of what was tried', () => {
    const edges = (...values: number[]): string[] =>
      chooseLambda(values.map((value, k) => score(10 ** k, value)), plain(0)).warnings.filter((text) =>
        text.includes('tried')
      );
    expect(edges(0.9, 0.1, 0.1)).to.deep.equal([
      '1 is the smallest that was tried: smaller ones may be better (--lambdas)',
    ]);
    expect(edges(0.1, 0.9, 0.1)).to.deep.equal([]);
    expect(edges(0.1, 0.1, 0.9)[0]).to.match(/^100 is the largest/);
    expect(edges(0.9)).to.deep.equal([]);
  });

  it('warns of what is within noise: two standard errors on one seed, the interval of differences on several', () => {
    // sqrt(0.5 * 0.5 / 400) = 0.025, of a difference 0.035: 0.07 are noise
    const one = chooseLambda([score(0.1, 0.5), score(1, 0.54), score(10, 0.4)], plain(0.45));
    expect(one.warnings).to.deep.equal(['within noise of it: 0.1; more seeds (--seed 0,1,2) tell more']);
    expect(chooseLambda([score(1, 0.54)], plain(0.5)).warnings).to.deep.equal([
      'the difference from the plain loss is within noise',
    ]);
    expect(chooseLambda([score(1, 0.54)], plain(0.6)).warnings).to.deep.equal([
      'no lambda is better than the plain loss',
    ]);
    const paired = chooseLambda(
      [score(0.1, 0.3, 0.51, 0.7), score(1, 0.4, 0.6, 0.8), score(10, 0.41, 0.55, 0.8)],
      plain(0.1, 0.2, 0.5),
    );
    expect(paired.best).to.deep.include({ lambda: 1 });
    expect(paired.warnings).to.deep.equal(['within noise of it: 10; more seeds (--seed 0,1,2) tell more']);
  });

  it('has standard errors: over seeds, or on one seed of a share of so many samples', () => {
    expect(standardError(score(1, 0.2))).to.be.closeTo(0.02, 1e-15);
    expect(standardError(score(1, 0.1, 0.2, 0.3))).to.be.closeTo(0.1 / Math.sqrt(3), 1e-15);
    expect(standardError({ values: [0.2] })).to.equal(undefined);
    expect(standardError({ values: [], samples: 400 })).to.equal(undefined);
  });
});
