import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Batch } from '../core/batch.js';
import { LossError } from '../core/errors.js';
import { packageRoot } from '../node/package-root.js';
import { createRng } from '../core/random/rng.js';
import { derivativeAlong } from '../conformance/differences.js';

import {
  blockedBy,
  checks,
  conformance,
  ConformanceFailure,
  planConformance,
  runConformance,
} from '../conformance/index.js';
import { integrate } from '../conformance/quadrature.js';
import { reference, withPlugin, withSample } from './defects/reference.js';

const wrongSign = withSample(({ gradient }) => ({ gradient: (y, t) => Array.from(gradient(y, t), (g) => -g) }));
const broken = 'gradient-differences';
/** Some of the laws that need it, by others that they need. */
const blocked = [
  'hessian-differences',
  'hvp-differences',
  'subgradient-inequality',
  'far-values',
  'far-hessian',
  'near-ties',
];

describe('runConformance', () => {
  it('gives every check with its law and outcome', () => {
    const results = runConformance(reference);
    expect(results.every(({ law }) => law.endsWith('.'))).to.equal(true);
    expect(results.map(({ check }) => check)).to.deep.equal(checks.map(({ name }) => name));
    expect(new Set(results.map(({ outcome }) => outcome))).to.deep.equal(new Set(['passed', 'not applicable']));
    expect(results.find(({ check }) => check === 'gradient-unbiased')?.outcome).to.equal('not applicable');
  });

  it('says where a law is broken: plugin, check, sample, index, expected, got', () => {
    const failures = runConformance(wrongSign).flatMap(({ failure }) => failure ?? []);
    expect(failures.map(({ check }) => check)).to.deep.equal([broken]);
    const failure = failures[0];
    expect(failure).to.be.instanceOf(ConformanceFailure);
    expect(failure).to.include({ plugin: 'reference', check: 'gradient-differences', sample: 0, index: 0 });
    expect(Number.parseFloat(String(failure.expected))).to.be.closeTo(-Number(failure.got), 1e-9);
    for (const part of ['reference', 'gradient-differences', 'sample 0', 'index 0', String(failure.got)]) {
      expect(failure.message).to.include(part);
    }
  });

  it('takes expected failures with their reasons', () => {
    const results = runConformance(wrongSign, { expectedFailures: { [broken]: 'the sign is wrong on purpose' } });
    expect(results.filter(({ outcome }) => outcome === 'failed')).to.deep.equal([]);
    const expected = results.filter(({ outcome }) => outcome === 'expected failure');
    expect(expected.map(({ check }) => check)).to.deep.equal([broken]);
    expect(expected[0]).to.include({ reason: 'the sign is wrong on purpose' });
    expect(expected[0]?.failure).to.be.instanceOf(ConformanceFailure);
  });

  it('fails a check that was expected to fail and passes', () => {
    const results = runConformance(reference, { expectedFailures: { convex: 'not convex' } });
    const failed = results.filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ check }) => check)).to.deep.equal(['convex']);
    expect(failed[0]?.failure?.message).to.include('not convex');
  });

  it('does not run the laws that need a broken one, and says which that is', () => {
    for (const expectedFailures of [{}, { [broken]: 'on purpose' }]) {
      const results = runConformance(wrongSign, { expectedFailures });
      const idle = results.filter(({ outcome }) => outcome === 'not run');
      expect(idle.map(({ check }) => check)).to.include.members(blocked);
      for (const { because, failure } of idle) expect([because, failure]).to.deep.equal([broken, undefined]);
      expect([...blockedBy(results)]).to.deep.equal([[broken, idle.length]]);
    }
  });

  it('lets laws need earlier ones alone', () => {
    const names = checks.map(({ name }) => name);
    for (const { name, needs } of checks) {
      for (const need of needs) expect(names.slice(0, names.indexOf(name)), name).to.include(need);
    }
  });

  it('runs what a law needs first, whichever is asked for', () => {
    const planned = planConformance(wrongSign).find(({ check }) => check.name === 'far-hessian')!;
    expect(planned.run()).to.deep.include({ outcome: 'not run', because: broken });
  });

  it('tries drawn settings of the parameters and other numbers of outputs, and names them', () => {
    const seen: string[] = [];
    const plugin = withPlugin(reference, {
      create(params) {
        const loss = reference.create(params);
        return {
          ...loss,
          evaluate: (y, targets, rng) => (seen.push(`${params.coupling} ${y.cols}`), loss.evaluate(y, targets, rng)),
        };
      },
    });
    const couplings = (): Set<number> => new Set(seen.splice(0).map((text) => Number.parseFloat(text)));
    runConformance(plugin, { params: { coupling: 0.7 } });
    expect([...couplings()].filter((coupling) => coupling > 0.5 && coupling < 2)).to.include(0.7);
    runConformance(plugin, { settings: 3 });
    const drawn = [...couplings()];
    expect(drawn.some((coupling) => coupling < 0.4)).to.equal(true);
    expect(drawn.some((coupling) => coupling > 0.6)).to.equal(true);
    const small = withSample(({ value }, { coupling }) => ({
      value: (y, t) => value(y, t) + Math.max(0, 0.4 - coupling) * y[0],
    }));
    const { failure } = runConformance(small).find(({ outcome }) => outcome === 'failed')!;
    expect(failure?.setting).to.match(/^{"coupling":0\.\d+} and \d outputs$/);
    expect(failure?.message).to.include(failure!.setting!);
    expect(runConformance(small, { settings: 0 }).find(({ check }) => check === broken)?.outcome).to.equal('passed');
  });

  it('says where it could not tell', () => {
    const flat = withSample(
      () => ({ value: () => 0, gradient: (y) => y.map(() => 0), hessian: (y) => new Float64Array(y.length ** 2) }),
    );
    const result = runConformance(flat).find(({ check }) => check === 'far-hessian')!;
    expect(result.outcome).to.equal('could not tell');
    expect(result.evidence?.told).to.equal(0);
    expect(result.evidence?.tried).to.be.above(10);
  });

  it('states a law that an error breaks once', () => {
    const throwing = withSample(() => ({
      value: () => {
        throw new RangeError('no such value');
      },
    }));
    const { failure, law } = runConformance(throwing).find(({ outcome }) => outcome === 'failed')!;
    expect(failure?.message).not.to.include(law);
    expect(failure?.message.split('no such value')).to.have.length(2);
  });

  it('refuses expected failures of checks that do not exist or do not apply', () => {
    for (const name of ['no-such-check', 'gradient-unbiased']) {
      expect(() => runConformance(reference, { expectedFailures: { [name]: 'a reason' } }))
        .to.throw(LossError)
        .with.property('code', 'UNSUPPORTED');
    }
  });

  it('goes by the capabilities that hold for the parameters', () => {
    const plugin = withPlugin(reference, {
      create: (params) => ({ ...reference.create(params), capabilities: { convex: params.coupling > 1 } }),
    });
    const outcome = (coupling: number): string | undefined =>
      runConformance(plugin, { params: { coupling } }).find(({ check }) => check === 'convex')?.outcome;
    expect([outcome(0.5), outcome(2)]).to.deep.equal(['not applicable', 'passed']);
  });
});

describe('conformance', () => {
  type Registered = Record<string, () => void>;
  const framework = globalThis as { describe?: unknown; it?: unknown };

  /** The tests that `conformance` registers with a framework of its own. */
  const registered = (register: () => void): Registered => {
    const tests: Registered = {};
    const { describe, it } = framework;
    try {
      framework.describe = (title: string, body: () => void) => ((tests[title] = () => undefined), body());
      framework.it = (title: string, body: () => void) => (tests[title] = body);
      register();
    } finally {
      Object.assign(framework, { describe, it });
    }
    return tests;
  };

  it('registers a test for each check that applies, which throws where the law is broken', () => {
    const tests = registered(() => conformance(wrongSign));
    const titles = Object.keys(tests);
    expect(titles[0]).to.equal('reference conforms');
    const applicable = checks.filter(({ applies }) => applies(reference.capabilities));
    expect(titles.slice(1).map((title) => title.split(':')[0])).to.deep.equal(applicable.map(({ name }) => name));
    for (const title of titles) {
      if (title.startsWith(`${broken}:`)) expect(tests[title]).to.throw(ConformanceFailure);
      else tests[title]();
    }
  });

  it('skips what is not run, and says why in the title', () => {
    const tests = registered(() => conformance(wrongSign));
    const skipped = new Error('skipped');
    const context = {
      test: { title: 'far-values' },
      skip: () => {
        throw skipped;
      },
    };
    const body = tests[Object.keys(tests).find((name) => name.startsWith('far-values:'))!];
    expect(() => body.call(context)).to.throw(skipped);
    expect(context.test.title).to.equal(`far-values (not run because of ${broken})`);
  });

  it('names parameters and expected failures in the titles', () => {
    const options = {
      params: { coupling: 2 },
      title: 'again',
      expectedFailures: { 'gradient-differences': 'on purpose' },
    };
    const tests = registered(() => conformance(wrongSign, options));
    expect(tests).to.have.property('reference {"coupling":2} again conforms');
    const title = Object.keys(tests).find((name) => name.startsWith('gradient-differences'))!;
    expect(title).to.include('on purpose');
    tests[title]();
  });

  it('refuses to pass for lack of evidence', () => {
    const noise = (x: number): number => 1e-6 * createRng(Math.trunc(1e12 * x)).uniform();
    const rough = withSample(({ value }) => ({ value: (y, t) => value(y, t) + noise(value(y, t)) }));
    const { failure } = runConformance(rough).find(({ check }) => check === 'gradient-differences')!;
    expect(failure).to.include({ expected: 'at least 8', got: 0 });
  });

  it('needs a test runner', () => {
    const { describe, it } = framework;
    try {
      Object.assign(framework, { describe: undefined, it: undefined });
      expect(() => conformance(reference)).to.throw(LossError).with.property('code', 'UNSUPPORTED');
    } finally {
      Object.assign(framework, { describe, it });
    }
  });

  it('is documented law by law', () => {
    const page = readFileSync(path.join(packageRoot(), 'docs/conformance.md'), 'utf8').replaceAll('\\|', '|');
    for (const { name, law } of checks) expect(page).to.include(`| \`${name}\` | ${law} |`);
  });
});

describe('derivativeAlong', () => {
  const along = (f: (x: number) => number, x: number): { value: number; bar: number } => {
    const field = (points: Batch): Batch => ({ ...points, data: points.data.map(f) });
    const { value, bar } = derivativeAlong(field, Float64Array.of(x), Float64Array.of(1), 1);
    return { value: value[0], bar: bar[0] };
  };

  it('is within its error bar, and the bar is small, for smooth functions, steep and flat', () => {
    const cases: [(x: number) => number, number, number][] = [
      [Math.sin, 0.7, Math.cos(0.7)],
      [(x) => Math.exp(3 * x), 1.1, 3 * Math.exp(3.3)],
      [(x) => Math.atan(100 * x), 0.01, 100 / 2],
      [(x) => 1e6 + x * x, 2, 4],
      [(x) => 1 / x, 0.3, -1 / 0.09],
    ];
    for (const [f, x, expected] of cases) {
      const { value, bar } = along(f, x);
      expect(Math.abs(value - expected)).to.be.at.most(bar);
      expect(bar).to.be.below(1e-8 * Math.max(1, Math.abs(expected), Math.abs(f(x))));
    }
  });

  it('steps closer where a kink is near', () => {
    const { value, bar } = along((x) => Math.abs(x) + x * x, 0.003);
    expect(Math.abs(value - 1.006)).to.be.at.most(bar);
    expect(bar).to.be.below(1e-9);
  });

  it('has a large bar on a kink, on a jump and in noise', () => {
    expect(along(Math.abs, 0).bar).to.be.above(0.5);
    expect(along((x) => 2 * Math.max(0, x), 0).bar).to.be.above(0.5);
    expect(along(Math.sign, 1e-9).bar).to.be.above(0.5);
    expect(along(Math.fround, 1.1).bar).to.be.above(1e-7);
  });

  it('believes fine steps where coarse ones contradict them, and none where the field is grained', () => {
    const narrow = along((x) => 1e-6 * Math.exp(-((x / 1e-3) ** 2)), 5e-4);
    const expected = -1e-3 * Math.exp(-0.25);
    expect(Math.abs(narrow.value - expected)).to.be.at.most(narrow.bar);
    expect(narrow.bar).to.be.below(1e-3 * Math.abs(expected));
    const rounded = (points: Batch): Batch => ({
      ...points,
      data: points.data.map((x) => Math.round(x / 1e-3) * 1e-3),
    });
    const missed = (grained: boolean): number => {
      const { value, bar } = derivativeAlong(rounded, Float64Array.of(0), Float64Array.of(1), 1, grained);
      return Math.abs(value[0] - 1) / bar[0];
    };
    expect(missed(false)).to.be.above(100);
    expect(missed(true)).to.be.below(1);
  });
});

describe('integrate', () => {
  it('is exact for smooth functions, and says so', () => {
    for (
      const [f, a, b, expected] of [
        [(x: number) => x ** 7, 0, 2, 32],
        [Math.exp, -1, 1, Math.E - 1 / Math.E],
        [(x: number) => 1 / x, 1, 2, Math.LN2],
      ] as const
    ) {
      const { value, bar } = integrate((x) => x.map(f), a, b);
      expect(value).to.be.closeTo(expected, 1e-13 * expected);
      expect(bar).to.be.below(1e-9 * expected);
    }
  });

  it('has a large bar wherever a kink is: near an end, or twice about the middle', () => {
    for (const kink of [0.001, 0.3, 0.5, 0.999]) {
      expect(integrate((x) => x.map((at) => (at > kink ? 1 : 0)), 0, 1).bar, `${kink}`).to.be.above(1e-4);
    }
    expect(integrate((x) => x.map((at) => (at < 0.3 ? -1 : at > 0.7 ? 1 : 0)), 0, 1).bar).to.be.above(1e-4);
  });
});
