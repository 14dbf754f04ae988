import { expect } from 'chai';
import { type Cone, type ConeKind, coneOf } from '../../../core/convex/cones/index.js';
import { createRng, type Rng } from '../../../core/random/rng.js';
import { along, dotProduct as dot, vector } from './support.js';

const kinds: readonly ConeKind[] = [
  { kind: 'nonnegative', size: 4 },
  { kind: 'second-order', size: 1 },
  { kind: 'second-order', size: 5 },
  { kind: 'semidefinite', order: 1 },
  { kind: 'semidefinite', order: 4 },
  { kind: 'exponential' },
  { kind: 'power', alpha: 0.3 },
  { kind: 'power', alpha: 0.9 },
];

const worst = (x: Float64Array, y: Float64Array): number =>
  x.reduce((most, value, i) => Math.max(most, Math.abs(value - y[i])), 0);

/** Any point, and the pair of the central path nearest to it: s - z = v. */
function pathPoint(cone: Cone, v: Float64Array, mu: number): { s: Float64Array; z: Float64Array } {
  const [s, z] = [new Float64Array(cone.size), new Float64Array(cone.size)];
  cone.centre(s, z);
  expect(cone.project(v, mu, s, z)).to.equal(true);
  return { s, z };
}

/** A pair inside the cone and its dual, off the central path. */
function insidePair(cone: Cone, rng: Rng): { s: Float64Array; z: Float64Array } {
  const { s } = pathPoint(cone, vector(rng, cone.size), 0.5 + rng.uniform());
  const { z } = pathPoint(cone, vector(rng, cone.size), 0.5 + rng.uniform());
  return { s, z };
}

/** V^T v, by columns of V. */
function timesTransposed(cone: Cone, v: Float64Array): Float64Array {
  const [unit, column] = [new Float64Array(cone.size), new Float64Array(cone.size)];
  return v.map((_, i) => {
    unit.fill(0)[i] = 1;
    cone.times(unit, column);
    return dot(column, v);
  });
}

/** H v = V V^T v */
function timesH(cone: Cone, v: Float64Array): Float64Array {
  const out = new Float64Array(cone.size);
  cone.times(timesTransposed(cone, v), out);
  return out;
}

for (const kind of kinds) {
  const cone = coneOf(kind);
  const name = Object.values(kind).join(' ');
  describe(`cone ${name}`, () => {
    it('has a centre with s = -grad f*(z), on the central path', () => {
      const [s, z] = [new Float64Array(cone.size), new Float64Array(cone.size)];
      cone.centre(s, z);
      expect(dot(s, z)).to.be.closeTo(cone.degree, 1e-14 * cone.degree);
      expect(cone.barrier(s, z)).to.be.closeTo(0, 1e-13);
    });

    it('scales z to s: H z = s, with V V^-1 = 1 and V^-T the inverse of V^T', () => {
      const rng = createRng(2);
      for (let trial = 0; trial < 30; trial++) {
        const { s, z } = insidePair(cone, rng);
        expect(cone.scale(s, z, dot(s, z) / cone.degree)).to.equal(true);
        const size = Math.sqrt(dot(s, s));
        expect(worst(timesH(cone, z), s)).to.be.below(1e-12 * size);
        const [v, w] = [vector(rng, cone.size), vector(rng, cone.size)];
        const [Vv, back, VTw] = [new Float64Array(cone.size), new Float64Array(cone.size), new Float64Array(cone.size)];
        cone.times(v, Vv);
        cone.divide(Vv, back);
        expect(worst(back, v)).to.be.below(1e-11);
        cone.divideTransposed(w, VTw);
        expect(dot(Vv, VTw)).to.be.closeTo(dot(v, w), 1e-11 * Math.sqrt(dot(v, v) * dot(w, w)));
      }
    });

    it('refuses points that are not inside', () => {
      const [s, z] = [new Float64Array(cone.size), new Float64Array(cone.size)];
      cone.centre(s, z);
      const outside = s.map((value) => -value);
      expect(cone.scale(outside, z, 1)).to.equal(false);
      expect(cone.scale(s, outside, 1)).to.equal(false);
      expect(cone.barrier(outside, z)).to.equal(Infinity);
    });

    it('has a barrier that is least, 0, on the central path', () => {
      const rng = createRng(3);
      for (let trial = 0; trial < 30; trial++) {
        const { s, z } = insidePair(cone, rng);
        expect(cone.barrier(s, z) + cone.degree * Math.log(dot(s, z) / cone.degree)).to.be.above(-1e-10);
        const path = pathPoint(cone, vector(rng, cone.size), 0.1);
        expect(cone.barrier(path.s, path.z) + cone.degree * Math.log(0.1)).to.be.closeTo(0, 1e-8);
      }
    });

    it('knows its scaled point, V^-1 s = V^T z, however near to the boundary s and z are', () => {
      const rng = createRng(7);
      for (const mu of [1, 1e-4, 1e-11]) {
        for (let trial = 0; trial < 10; trial++) {
          const { s, z } = pathPoint(cone, vector(rng, cone.size), mu);
          const [lambda, Vlambda] = [new Float64Array(cone.size), new Float64Array(cone.size)];
          cone.scaledPoint(lambda);
          expect(dot(lambda, lambda) / mu).to.be.closeTo(cone.degree, 1e-12 * cone.degree);
          cone.times(lambda, Vlambda);
          expect(worst(Vlambda, s)).to.be.below(1e-14 * Math.sqrt(dot(s, s) + dot(z, z)) + 1e-9 * Math.sqrt(dot(s, s)));
          if (mu === 1) expect(worst(timesTransposed(cone, z), lambda)).to.be.below(1e-12 * (1 + Math.sqrt(dot(z, z))));
        }
      }
    });

    it('steps to the boundary and not over it', () => {
      const rng = createRng(4);
      for (let trial = 0; trial < 30; trial++) {
        const { s, z } = insidePair(cone, rng);
        const [ds, dz] = [vector(rng, cone.size), vector(rng, cone.size)];
        cone.scale(s, z, 1);
        const step = cone.step(s, ds, z, dz, 10);
        expect(cone.barrier(along(s, 0.999 * step, ds), along(z, 0.999 * step, dz))).to.be.below(Infinity);
        if (step < 10 && cone.symmetric) {
          const margin = Math.min(cone.margin(along(s, step, ds)), cone.margin(along(z, step, dz)));
          expect(margin).to.be.closeTo(0, 1e-7);
        }
      }
    });

    it('projects: s - z = v, and ds = -H dz along the path, whose curvature is mu D^3 f*', () => {
      const rng = createRng(5);
      const mu = 0.05;
      for (let trial = 0; trial < 10; trial++) {
        const [v, dv] = [vector(rng, cone.size), vector(rng, cone.size)];
        const e = 1e-3;
        const [p2, p1, m1, m2] = [2, 1, -1, -2].map((k) => pathPoint(cone, along(v, k * e, dv), mu));
        const { s, z } = pathPoint(cone, v, mu);
        expect(worst(along(s, -1, z), v)).to.be.below(1e-14 * (1 + Math.sqrt(dot(v, v))));
        const slope = (key: 's' | 'z'): Float64Array =>
          s.map((_, i) => (8 * (p1[key][i] - m1[key][i]) - (p2[key][i] - m2[key][i])) / (12 * e));
        const second = (key: 's' | 'z'): Float64Array =>
          s.map((_, i) =>
            (16 * (p1[key][i] + m1[key][i]) - (p2[key][i] + m2[key][i]) - 30 * { s, z }[key][i]) / (12 * e * e)
          );
        const [ds, dz, d2s, d2z] = [slope('s'), slope('z'), second('s'), second('z')];
        const Hdz = timesH(cone, dz);
        expect(worst(ds, Hdz.map((value) => -value))).to.be.below(1e-8 * (1 + Math.sqrt(dot(ds, ds))));
        const [curved, scaled] = [new Float64Array(cone.size), timesTransposed(cone, dz)];
        cone.curve(scaled, scaled, curved);
        cone.times(curved.slice(), curved);
        const expected = timesH(cone, d2z).map((value, i) => -value - curved[i]);
        expect(worst(d2s, expected)).to.be.below(1e-6 * (1 + Math.sqrt(dot(d2s, d2s))));
      }
    });

    it('projects on the cone as mu goes to 0: s and z complementary, of any size', () => {
      const rng = createRng(6);
      for (const size of [1e-3, 1, 1e3]) {
        for (let trial = 0; trial < 10; trial++) {
          const v = vector(rng, cone.size).map((value) => size * value);
          const mu = 1e-12 * size * size;
          const { s, z } = pathPoint(cone, v, mu);
          expect(Math.abs(dot(s, z))).to.be.below(1e-8 * size * size);
          expect(worst(along(s, -1, z), v)).to.be.below(1e-14 * size);
        }
      }
    });
  });
}
