import { expect } from 'chai';
import type { Batch } from '../../../core/batch.js';
import { convexLayer, type Parameter } from '../../../core/convex/index.js';
import { LossError } from '../../../core/errors.js';
import { createRng } from '../../../core/random/rng.js';
import { type Drawn, drawProgram } from './model/random-dpp.js';
import { innerProduct, moved, normals, slopes, vector } from './support.js';

const PROGRAMS = 50;

/**
 * The layer of a drawn program, with all duals, at its values, and a direction in which those stay within their signs.
 */
function layerOf({ problem, constraints, values, x }: Drawn, seed: number) {
  const rng = createRng(1000 + seed);
  const parameters = problem.canonical.parameters.map(({ parameter }) => parameter);
  const row = (data: Float64Array): Batch => ({ rows: 1, cols: data.length, data });
  const inputs = parameters.map((one) => row(values.get(one)!));
  const along = ({ psd, nonneg }: Parameter, { data }: Batch): Float64Array =>
    psd || nonneg ? data.map((value) => value / 2) : vector(rng, data.length);
  const tangents = parameters.map((one, k) => row(along(one, inputs[k])));
  return { layer: convexLayer(problem, { parameters, variables: [x], duals: constraints }), inputs, tangents };
}

/** What is derived, or undefined where the layer says that there is no derivative. */
function ifThereIsOne<T>(derive: () => T): T | undefined {
  try {
    return derive();
  } catch (error) {
    if (error instanceof LossError && error.code === 'UNSUPPORTED') return undefined;
    throw error;
  }
}

describe('derivatives of random programs of the modelling language', () => {
  it(`${PROGRAMS} of them: of solutions and duals those of differences, or refused`, function() {
    this.timeout(60_000);
    let derived = 0;
    for (let seed = 0; seed < PROGRAMS; seed++) {
      const { layer, inputs, tangents } = layerOf(drawProgram(createRng(seed)), seed);
      const solution = layer.forward(inputs);
      const change = ifThereIsOne(() => solution.jvp(tangents));
      if (!change) continue;
      derived++;
      const size = 1 + Math.sqrt(innerProduct(change, change));
      const entriesAt = (t: number): number[] =>
        layer.forward(inputs.map((input, k) => moved(input, t, tangents[k]))).outputs.flatMap(({ data }) => [...data]);
      const measured = slopes(entriesAt, 3e-5);
      change.flatMap(({ data }) => [...data]).forEach((value, k) => {
        expect(value / size, `seed ${seed}, entry ${k}`).to.be.closeTo(measured[k] / size, 1e-5);
      });
      const cotangents = solution.outputs.map(({ rows, cols }, k) => normals(7 + k, rows, cols));
      const backward = innerProduct(solution.vjp(cotangents), tangents);
      expect(backward / size, `seed ${seed}`).to.be.closeTo(innerProduct(change, cotangents) / size, 1e-8);
    }
    expect(derived, 'programs with a derivative').to.be.at.least(0.7 * PROGRAMS);
  });
});
