import { expect } from 'chai';
import { diagnose, type DiagnoseOptions } from '../../../harness/diagnose/diagnose.js';
import type { AtSpread, Diagnosis } from '../../../harness/diagnose/diagnosis.js';
import { diagnosisText } from '../../../harness/diagnose/diagnosis-text.js';
import { newtonStep } from '../../../core/newton/index.js';
import { createRng } from '../../../core/random/rng.js';
import { openRegistry } from '../../../node/open-registry.js';

describe('diagnoses of built-in losses', function() {
  this.timeout(60_000);

  const of = async (name: string, params: object = {}, options: DiagnoseOptions = {}): Promise<Diagnosis> => {
    const registry = await openRegistry();
    return diagnose(await registry.create(name, params), options);
  };
  const at = ({ spreads }: Diagnosis, spread: number): AtSpread => spreads.find((found) => found.spread === spread)!;
  const leftAt = ({ spreads }: Diagnosis): number[] => spreads.map(({ gradientStep }) => gradientStep.left ?? 0);

  it('mse: convex, as curved everywhere, solved by one gradient step: nothing changes', async () => {
    const diagnosis = await of('mse');
    expect(diagnosis.verdict.kind).to.equal('changes nothing');
    expect(diagnosis.newton).to.deep.equal({ curvature: 'none' });
    for (const { convexity, spectra, gradientStep, gradients } of diagnosis.spreads) {
      expect(convexity.above).to.equal(0);
      expect(spectra.hessian).to.include({ least: 1, largest: 1, condition: 1, negative: 0 });
      expect(gradientStep.c).to.be.closeTo(1, 0.005);
      expect(gradientStep.left).to.be.below(1e-3);
      expect(gradients.vanishing).to.equal(0);
    }
  });

  it('softmax cross-entropy: convex, bounded gradients, solved by one long step: not needed', async () => {
    const diagnosis = await of('softmax-cross-entropy');
    expect(diagnosis.verdict.kind).to.equal('not needed');
    for (const { convexity, gradients, spectra } of diagnosis.spreads) {
      expect(convexity.above + gradients.vanishing + spectra.hessian!.negative).to.equal(0);
      expect(gradients.largest).to.be.at.most(Math.SQRT2);
    }
    expect(Math.max(...leftAt(diagnosis))).to.be.below(0.01);
  });

  it('NeuralSort far apart: gradients vanish and explode in float32, in float64 neither; convex in neither', async () => {
    const float32 = await of('neuralsort', { crossEntropy: 'float32' });
    expect(float32.verdict.summary).to.equal(
      'A Newton loss is worth trying: the loss is not convex, and its gradients vanish and explode.',
    );
    const { vanishing, wrong } = at(float32, 1000).gradients;
    expect(vanishing).to.be.above(wrong / 2);
    const exact = await of('neuralsort');
    expect(exact.verdict.summary).to.equal('A Newton loss is worth trying: the loss is not convex.');
    expect(at(exact, 1000).gradients.vanishing).to.equal(0);
    expect(at(exact, 100).spectra.hessian!.negative).to.be.above(0);
    expect(at(exact, 1).spectra.hessian).to.include({ zero: 1 }); // a shift of all scores changes nothing
  });

  it('sorting networks: mean Hessians are indefinite while scores are close, so their eigenvalues are absolute', async () => {
    for (const name of ['dsn-cauchy', 'dsn-logistic']) {
      const diagnosis = await of(name, {}, { outputs: 10 });
      for (const spread of [0.001, 0.01, 0.1]) {
        const { least, largest } = at(diagnosis, spread).spectra.hessian!;
        expect(least, `${name} at ${spread}`).to.be.below(-0.1 * largest);
      }
      expect(diagnosis.newton, name).to.include({ curvature: 'hessian', definiteness: 'absolute' });
      expect(diagnosis.verdict.kind, name).to.equal('worth trying');
    }
  });

  it('SPO+: convex, no Hessian, solved by one step of any great length', async () => {
    const diagnosis = await of('spo-plus', { algorithm: { name: 'top-k', params: { k: 2 } } });
    expect(diagnosis.verdict.kind).to.equal('not needed');
    expect(Math.max(...leftAt(diagnosis))).to.equal(0);
    expect(at(diagnosis, 1).spectra).to.have.all.keys('fisher');
  });

  it('Bellman-Ford: a Hessian by products as sampled, Fisher for the step, gradients that vanish far out', async () => {
    const diagnosis = await of('bellman-ford', { rows: 4, columns: 4, iterations: 6 }, { samples: 24 });
    expect(diagnosis.spreads.filter(({ spectra }) => spectra.hessian).map(({ spread }) => spread)).to.deep.equal([1]);
    expect(at(diagnosis, 1).spectra.hessian).to.include({ samples: 16 });
    expect(diagnosis.newton.curvature).to.equal('fisher');
    expect(diagnosis.verdict.kind).to.equal('worth trying');
    expect(diagnosis.verdict.reasons).to.include('Fisher matrix, since the loss has its Hessian only by products.');
    expect(at(diagnosis, 1000).gradients.vanishing).to.be.above(0);
  });

  it('losses with noise: the same for a seed, another for another; convexity beyond the noise', async () => {
    const [one, again, other] = await Promise.all([0, 0, 1].map((seed) => of('perturbed-fenchel-young', {}, { seed })));
    expect(again).to.deep.equal(one);
    expect(other.spreads).to.not.deep.equal(one.spreads);
    for (const { convexity } of [...one.spreads, ...other.spreads]) expect(convexity.above).to.equal(0);
    const smoothed = await of('stochastic-smoothing');
    expect(smoothed.verdict.kind).to.equal('worth trying');
    expect(at(smoothed, 0.001).convexity.above).to.equal(0);
    expect(at(smoothed, 100).convexity.above).to.be.above(0);
  });

  it('stand-ins for the gradient: may help', async () => {
    const { verdict } = await of('blackbox');
    expect(verdict.summary).to.equal(
      'A Newton loss may help, but its matrix is made of gradients that stand in for the derivative.',
    );
  });

  it('of every loss: plain data, which text shows, and settings that make a Newton step', async () => {
    const registry = await openRegistry();
    for (const name of registry.names) {
      const loss = await registry.create(name);
      const diagnosis = diagnose(loss, { samples: 6 });
      expect(JSON.parse(JSON.stringify(diagnosis)), name).to.deep.equal(diagnosis);
      expect(diagnosisText(diagnosis), name).to.not.match(/NaN|Infinity|undefined/);
      const { lambda = 0, ...newton } = diagnosis.newton;
      const { y, targets } = loss.sample(createRng(3), 6);
      const { direction } = newtonStep(loss.evaluate(y, targets, createRng(4)), { ...newton, lambda });
      expect(direction.data.every(Number.isFinite), name).to.equal(true);
    }
  });

  it('of many outputs: no spectra', async () => {
    const { spreads, newton, verdict } = await of('neuralsort', {}, { outputs: 257, samples: 3 });
    expect(spreads.every(({ spectra }) => Object.keys(spectra).length === 0)).to.equal(true);
    expect(newton).to.deep.equal({ curvature: 'hessian', lambda: { relative: 1 } });
    expect(verdict.reasons).to.include('lambda is its mean diagonal, as auto takes it.');
  });
});
