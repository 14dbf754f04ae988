import { expect } from 'chai';
import {
  eq,
  evaluate,
  multiply,
  parameter,
  type Parameter,
  problem,
  sum,
  variable,
} from '../../../../core/convex/model/index.js';
import { entriesOf } from '../../../../core/convex/model/shape.js';
import { createRng } from '../../../../core/random/rng.js';
import { cases, pointOf, throughBound } from './atom-cases.js';
import { expectClose, solved } from './support.js';

describe('atoms of the modelling language', () => {
  for (const [name, one] of Object.entries(cases)) {
    const { shapes, of, formula, boundary = [], tolerance = 1e-7 } = one;
    const random = Array.from({ length: 6 }, (_, seed) => pointOf(one, createRng(seed)));
    const given: Float64Array[][] = boundary.map((point) => point.map((entries) => Float64Array.from(entries)));
    const points = [...random, ...given];

    it(`${name}: its value is the formula`, () => {
      const args = shapes.map((shape) => variable(shape));
      for (const point of points) {
        const expected = [formula(...point)].flat();
        expectClose(evaluate(of(...args), new Map(args.map((argument, k) => [argument, point[k]]))), expected, 1e-12);
      }
    });

    it(`${name}: so is that of its program, in the objective and below a bound`, () => {
      const data = shapes.map((shape) => parameter(shape));
      const args = shapes.map((shape) => variable(shape));
      const fixed = args.map((argument, k) => eq(argument, data[k]));
      const value = of(...args);
      const bound = variable(value.shape);
      const sense = value.curvature === 'concave' ? 'maximize' : 'minimize';
      const weights = Float64Array.from({ length: entriesOf(value.shape) }, (_, k) => 1 + k / 2);
      const weighted = value.shape.length === 0 ? value : sum(multiply(weights, value));
      const direct = sense === 'minimize'
        ? problem({ minimize: weighted, subjectTo: fixed })
        : problem({ maximize: weighted, subjectTo: fixed });
      const above = throughBound(value, bound, fixed);
      for (const point of points) {
        const known = new Map<Parameter, Float64Array>(data.map((one, k) => [one, point[k]]));
        const expected = [formula(...point)].flat();
        const inner = expected.reduce((all, one, k) => all + weights[k] * one, 0);
        const first = solved(direct, known);
        // A program fixed to the boundary of a domain has no interior.
        const statuses = given.includes(point) ? ['solved', 'inaccurate'] : ['solved'];
        expect(first.status, `direct at ${point}`).to.be.oneOf(statuses);
        expectClose([first.objective], [inner], tolerance);
        const second = solved(above, known);
        expect(second.status, `bounded at ${point}`).to.be.oneOf(statuses);
        expectClose(second.value(bound), expected, 10 * tolerance);
      }
    });
  }
});
