import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Batch } from '../core/batch.js';
import { LossError } from '../core/errors.js';
import { packageRoot } from '../core/registry.js';
import { createRng } from '../core/rng.js';
import { derivativeAlong } from './conformance/differences.js';
import { checks, conformance, ConformanceFailure, runConformance } from './conformance/index.js';
import { reference, withPlugin, withSample } from './defects/reference.js';

const wrongSign = withSample(({ gradient }) => ({ gradient: (y, t) => Array.from(gradient(y, t), (g) => -g) }));
const broken = ['gradient-differences', 'hessian-differences', 'hvp-differences', 'subgradient-inequality'];

describe('runConformance', () => {
  it('gives every check with its law and outcome', () => {
    const results = runConformance(reference);
    expect(results.every(({ law }) => law.endsWith('.'))).to.equal(true);
    expect(new Set(results.map(({ outcome }) => outcome))).to.deep.equal(new Set(['passed', 'not applicable']));
    expect(results.find(({ check }) => check === 'gradient-unbiased')?.outcome).to.equal('not applicable');
  });

  it('says where a law is broken: plugin, check, sample, index, expected, got', () => {
    const failures = runConformance(wrongSign).flatMap(({ failure }) => failure ?? []);
    expect(failures.map(({ check }) => check)).to.deep.equal(broken);
    const failure = failures[0]!;
    expect(failure).to.be.instanceOf(ConformanceFailure);
    expect(failure).to.include({ plugin: 'reference', check: 'gradient-differences', sample: 0, index: 0 });
    expect(Number.parseFloat(String(failure.expected))).to.be.closeTo(-Number(failure.got), 1e-9);
    for (const part of ['reference', 'gradient-differences', 'sample 0', 'index 0', String(failure.got)]) {
      expect(failure.message).to.include(part);
    }
  });

  it('takes expected failures with their reasons', () => {
    const reasons = Object.fromEntries(broken.map((name) => [name, 'the sign is wrong on purpose']));
    const results = runConformance(wrongSign, { expectedFailures: reasons });
    expect(results.filter(({ outcome }) => outcome === 'failed')).to.deep.equal([]);
    const expected = results.filter(({ outcome }) => outcome === 'expected failure');
    expect(expected.map(({ check }) => check)).to.deep.equal(broken);
    expect(expected[0]).to.include({ reason: 'the sign is wrong on purpose' });
    expect(expected[0]?.failure).to.be.instanceOf(ConformanceFailure);
  });

  it('fails a check that was expected to fail and passes', () => {
    const results = runConformance(reference, { expectedFailures: { convex: 'not convex' } });
    const failed = results.filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ check }) => check)).to.deep.equal(['convex']);
    expect(failed[0]?.failure?.message).to.include('not convex');
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
      if (broken.includes(title.split(':')[0]!)) expect(tests[title]).to.throw(ConformanceFailure);
      else tests[title]!();
    }
  });

  it('names parameters and expected failures in the titles', () => {
    const options = { params: { coupling: 2 }, title: 'again', expectedFailures: { 'gradient-differences': 'on purpose' } };
    const tests = registered(() => conformance(wrongSign, options));
    expect(tests).to.have.property('reference {"coupling":2} again conforms');
    const title = Object.keys(tests).find((name) => name.startsWith('gradient-differences'))!;
    expect(title).to.include('on purpose');
    tests[title]!();
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
    return { value: value[0]!, bar: bar[0]! };
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
});
