import { expect } from 'chai';
import {
  convexLayer,
  exp,
  geq,
  leq,
  log,
  norm2,
  problem,
  type ProblemDefinition,
  square,
  variable,
} from '../../../core/convex/index.js';
import { infeasibility } from '../../../core/convex/solver/infeasibility.js';
import { sparseOf } from '../../../core/convex/linear-algebra/sparse.js';

const [a, v] = [variable([]), variable([2])];

function statusOf(definition: ProblemDefinition): string {
  const layer = convexLayer(problem(definition), { parameters: [], variables: [a], onFailure: 'mask' });
  return layer.forward([]).reports()[0].status;
}

describe('programs with a ray along which the objective falls', () => {
  it('are infeasible where no point meets the constraints', () => {
    expect(statusOf({ minimize: a, subjectTo: [leq(exp(a), -1)] })).to.equal('infeasible');
    expect(statusOf({ minimize: a, subjectTo: [leq(exp(a), 0.5), leq(norm2(v), -1)] })).to.equal('infeasible');
    expect(statusOf({ maximize: a, subjectTo: [geq(log(a), 0), leq(square(a), -1)] })).to.equal('infeasible');
  });

  it('are unbounded where one does', () => {
    expect(statusOf({ minimize: a, subjectTo: [leq(exp(a), 1)] })).to.equal('unbounded');
    expect(statusOf({ maximize: a, subjectTo: [geq(log(a), 0)] })).to.equal('unbounded');
  });

  it('are asked without their objective, and unchanged', () => {
    const one = sparseOf(1, 1, [[0, 0, 2]]);
    const program = { P: one, q: Float64Array.of(3), A: one, b: Float64Array.of(4) };
    const proof = Float64Array.of(5);
    const answer = (status: 'infeasible' | 'solved') =>
      infeasibility(program, ({ P, q, A, b }) => {
        expect([P.value[0], q[0], A.value[0], b[0]]).to.deep.equal([0, 0, 2, 4]);
        return { status, z: proof };
      });
    expect([answer('infeasible'), answer('solved')]).to.deep.equal([proof, undefined]);
    expect([program.P.value[0], program.q[0]]).to.deep.equal([2, 3]);
  });
});
