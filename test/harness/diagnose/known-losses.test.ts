import { expect } from 'chai';
import { createRng } from '../../../core/random/rng.js';
import { diagnose } from '../../../harness/diagnose/diagnose.js';
import type { AtSpread, Diagnosis } from '../../../harness/diagnose/diagnosis.js';
import { diagnosisText } from '../../../harness/diagnose/diagnosis-text.js';
import { codeOf } from '../helpers.js';
import { known } from './known-losses.js';

describe('a diagnosis, by hand', () => {
  const at = ({ spreads }: Diagnosis, spread: number): AtSpread => spreads.find((found) => found.spread === spread)!;

  it('of a quartic: gradients that explode, curvature, and what one step leaves', () => {
    // y = 1 and 2 by turns; the step to y - c y^3 that makes the mean lowest has (1 - c)^3 = -64 (1 - 4 c)^3: c = 5/17
    const quartic = known({
      ...{ value: (y) => y ** 4 / 4, gradient: (y) => y ** 3, hessian: (y) => 3 * y ** 2 },
      ...{ outputs: [1, 2], capabilities: { convex: true } },
    });
    const diagnosis = diagnose(quartic, { samples: 8 });
    for (const s of [1e-3, 0.1, 1, 10, 1000]) {
      const { convexity, gradients, spectra } = at(diagnosis, s);
      expect(convexity).to.deep.equal({ segments: 8, above: 0 });
      expect(gradients.least / s ** 3).to.be.closeTo(1, 1e-12);
      expect(gradients.median / s ** 3).to.be.closeTo(4.5, 1e-12);
      expect(gradients.largest / s ** 3).to.be.closeTo(8, 1e-12);
      expect(gradients.growth / (s ** 3 / Math.max(1, s))).to.be.closeTo(8 / 4.5, 1e-12);
      expect(spectra.hessian!.least / s ** 2).to.be.closeTo(7.5, 1e-12);
      expect(spectra.fisher!.largest / s ** 6).to.be.closeTo(32.5, 1e-12);
      expect(at(diagnosis, s).gradientStep.c * s ** 2).to.be.closeTo(5 / 17, 0.005);
    }
    expect(at(diagnosis, 1).gradients.wrong).to.equal(8);
    expect(at(diagnosis, 0.1).gradients.wrong).to.equal(0);
    expect(at(diagnosis, 1).gradientStep.left).to.be.closeTo(((12 / 17) ** 4 + (3 / 17) ** 4) / 2, 0.005);
    expect(at(diagnosis, 0.1).gradientStep).to.not.have.property('left');
    expect(diagnosis.newton).to.deep.equal({ curvature: 'hessian', lambda: { relative: 1 } });
    const { kind, summary, reasons } = diagnosis.verdict;
    expect([kind, summary]).to.deep.equal([
      'worth trying',
      'A Newton loss is worth trying: its gradients explode.',
    ]);
    expect(reasons[0]).to.equal('Convex, as declared: none of 56 segments has a value above its chord in the middle.');
    expect(reasons[1]).to.equal(
      'Gradients explode: the largest is 1.8e6 times what a quadratic loss has, at spread 1000.',
    );
  });

  it('of a double well: segments over the hill between, and negative eigenvalues', () => {
    const well = known({
      ...{ value: (y) => (y ** 2 - 1) ** 2 / 4, gradient: (y) => y ** 3 - y, hessian: (y) => 3 * y ** 2 - 1 },
      ...{ outputs: [0.25, 0.5], signs: true, lowest: 1 },
    });
    const diagnosis = diagnose(well, { samples: 20, seed: 5 });
    const [a, b] = [0, 1].map((k) => well.sample(createRng(5).split(k), 20).y.data);
    const across = a.filter((x, i) => x !== b[i]).length;
    expect(across).to.be.within(1, 19);
    expect(at(diagnosis, 1).convexity).to.deep.equal({ segments: 20, above: across });
    expect(at(diagnosis, 1).spectra.hessian).to.include({
      least: -0.53125,
      largest: -0.53125,
      scale: 0.53125,
      negative: 20,
    });
    expect(at(diagnosis, 10).spectra.hessian).to.include({ least: 45.875, negative: 0 });
    expect(diagnosis.newton).to.deep.equal({ curvature: 'hessian', lambda: { relative: 1 }, definiteness: 'absolute' });
    expect(diagnosis.verdict.reasons).to.include(
      "Absolute eigenvalues, since the batch's mean Hessian has negative ones, at spread 0.001, 0.01, 0.1, 1.",
    );
    expect(diagnosis.verdict.summary).to.equal(
      'A Newton loss is worth trying: the loss is not convex, and its gradients explode.',
    );
  });

  it('of a declared but not convex loss: what was found', () => {
    const hill = known({
      ...{ value: (y) => 1 / (1 + y ** 2), gradient: (y) => (-2 * y) / (1 + y ** 2) ** 2, outputs: [1], signs: true },
      ...{ lowest: 1000, capabilities: { convex: true } },
    });
    expect(diagnose(hill).verdict.reasons[0]).to.match(/^Not convex, though declared: the value is above the chord/);
  });

  it('of a plateau: gradients that vanish', () => {
    const plateau = known({
      ...{ value: (y) => Math.tanh(y) ** 2, gradient: (y) => (2 * Math.tanh(y)) / Math.cosh(y) ** 2, outputs: [1, 2] },
    });
    const diagnosis = diagnose(plateau, { samples: 6 });
    expect([10, 100, 1000].map((s) => at(diagnosis, s).gradients.vanishing)).to.deep.equal([6, 6, 6]);
    expect(at(diagnosis, 1).gradients).to.include({ wrong: 6, vanishing: 0 });
    expect(diagnosis.verdict.reasons).to.include(
      'Gradients vanish: below 1e-6 of the usual at 100.0% of the samples far above their lowest value at spread 10.',
    );
  });

  it('of a quadratic: one multiple of the gradients, and nothing to gain', () => {
    const parabola = { value: (y: number) => 3 * y ** 2, gradient: (y: number) => 6 * y, outputs: [1, -2] };
    const { verdict, newton, spreads } = diagnose(known({ ...parabola, hessian: () => 6 }));
    expect([verdict.kind, newton.curvature]).to.deep.equal(['changes nothing', 'none']);
    for (const { newtonStep, gradientStep } of spreads) {
      expect(newtonStep!.multiple.c).to.be.closeTo(1 / 12, 1e-12);
      expect(newtonStep!.multiple.deviation).to.be.below(1e-7);
      expect(gradientStep.c).to.be.closeTo(1 / 6, 0.005 / 6);
    }
    // Without its Hessian, by the Fisher matrix, steps are shorter the farther out: it is one gradient step that tells.
    expect(diagnose(known(parabola)).verdict.kind).to.equal('not needed');
    const blind = diagnose(known({ ...parabola, capabilities: { fisher: false } }));
    expect([blind.verdict.kind, blind.newton.curvature]).to.deep.equal(['no curvature', 'none']);
    expect(blind.verdict.reasons[blind.verdict.reasons.length - 1]).to.match(
      /^Plain gradient, since the loss has no Hessian/,
    );
  });

  it('of a kinked line: values that fall without end, and Fisher in the place of a Hessian that is 0', () => {
    const kinked = { value: (y: number) => -Math.max(y, 3 * y - 4), gradient: (y: number) => (y < 2 ? -1 : -3) };
    const line = { ...kinked, hessian: () => 0, outputs: [1, 2.5], capabilities: { nonnegative: false } };
    const { isEndless, spreads, verdict, newton } = diagnose(known(line));
    expect(isEndless).to.equal(true);
    expect(spreads.every(({ gradientStep }) => !('left' in gradientStep))).to.equal(true);
    expect(verdict.kind).to.equal('may help');
    expect(verdict.reasons).to.include('Fisher matrix, since the Hessian is 0.');
    expect(newton).to.deep.equal({ curvature: 'fisher', lambda: { relative: 1 } });
    const flat = diagnose(known({ ...line, value: () => 1, gradient: () => 0 }));
    expect([flat.verdict.kind, flat.newton.curvature]).to.deep.equal(['no curvature', 'none']);
  });

  it('of an exponential: leaves out the spreads at which it overflows', () => {
    const exponential = known({
      ...{ value: (y) => Math.exp(y ** 2) - 1, gradient: (y) => 2 * y * Math.exp(y ** 2), outputs: [0.5, 1] },
      ...{ hessian: (y) => (2 + 4 * y ** 2) * Math.exp(y ** 2) },
    });
    const diagnosis = diagnose(exponential);
    const { spreads, undefinedAt } = diagnosis;
    expect(diagnosisText(diagnosis).split('\n').slice(8, 10)).to.deep.equal([
      '100     not finite',
      '1000    not finite',
    ]);
    expect(spreads.map(({ spread }) => spread)).to.deep.equal([0.001, 0.01, 0.1, 1, 10]);
    expect(undefinedAt).to.deep.equal([100, 1000]);
    const far = known({ value: () => Infinity, gradient: () => 0, outputs: [1] });
    expect(codeOf(() => diagnose(far))).to.equal('NONFINITE');
  });

  it('refuses numbers of samples and outputs, and seeds, that are none', () => {
    const parabola = known({ value: (y) => y ** 2, gradient: (y) => 2 * y, outputs: [1, 2] });
    expect([1, 2.5, NaN].map((samples) => codeOf(() => diagnose(parabola, { samples })))).to.deep.equal(
      ['PARAMS', 'PARAMS', 'PARAMS'],
    );
    expect(codeOf(() => diagnose(parabola, { seed: 0.5 }))).to.equal('PARAMS');
    expect(codeOf(() => diagnose(parabola, { outputs: 2 }))).to.equal('SHAPE');
  });
});
